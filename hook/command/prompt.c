/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks on the terminal. Called by init; standard output stays free for what
 * init says.
 */
#include "hook/command/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "hook/secret.h"

#define TRIES 5

int enroll_prompt_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static char *ask_once(const char *question, const char *fallback)
{
    char *line = NULL, *answer = NULL;
    size_t size = 0;

    if (fallback == NULL)
        fprintf(stderr, "%s: ", question);
    else
        fprintf(stderr, "%s [%s]: ", question, fallback);
    fflush(stderr);
    if (getline(&line, &size, stdin) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        answer = OPENSSL_strdup(line[0] == '\0' && fallback != NULL ? fallback
                                                                    : line);
    }
    free(line);
    return answer;
}

char *enroll_prompt(const char *question, const char *fallback, int required)
{
    for (int i = 0; i < TRIES; i++) {
        char *answer = ask_once(question, fallback);

        if (answer == NULL || answer[0] != '\0' || !required)
            return answer;
        OPENSSL_free(answer);
    }
    return NULL;
}

char *enroll_prompt_secret(const char *question)
{
    char prompt[128], typed[ENROLL_SECRET_MAX];
    char *secret = NULL;

    snprintf(prompt, sizeof(prompt), "%s: ", question);
    /* libcrypto's: echo comes back whatever signal ends the question. */
    if (EVP_read_pw_string_min(typed, 1, (int)sizeof(typed) - 1, prompt, 0) ==
            0 &&
        typed[0] != '\0')
        secret = OPENSSL_strdup(typed);
    OPENSSL_cleanse(typed, sizeof(typed));
    return secret;
}
