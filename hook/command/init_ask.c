/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What init has to know, and the questions to a person for what no option has
 * said. Called by init.c.
 */
#include "hook/command/init.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "hook/command/prompt.h"

#define TRIES 5

const struct enroll_init_question enroll_init_questions[ENROLL_INIT_QUESTIONS] =
    {
        {"manager", NULL, "scm", 1, 0},
        {"url", "REST Enrollment API of the manager (https://...)", NULL, 1, 0},
        {"client-id", "Client id of the REST account", NULL, 1, 0},
        {"client-secret", NULL, NULL, 0, 0},
        {"ca-file", NULL, NULL, 0, 1},
        {"email", "E-mail address of the applicant representative", NULL, 1, 0},
        {"first-name", NULL, NULL, 0, 0},
        {"last-name", NULL, NULL, 0, 0},
        {"trust",
         "Trust of the certificates: public (CA/B Forum rules) or private",
         "public", 1, 0},
        {"anchor", "PEM file with the roots of the private authority", NULL, 0,
         1},
        {"subject", NULL, NULL, 0, 0},
        {"tsa", "Time-stamp authorities (URLs, with commas between)",
         "http://timestamp.sectigo.com", 0, 0},
        {"tsa-ca-file", NULL, NULL, 0, 1},
};

/* Paths are written down so that they hold from any folder. */
int enroll_init_set_path(struct enroll_init *init, const char *key,
                         const char *prefix, const char *path,
                         struct enroll_problem *problem)
{
    char real[PATH_MAX], value[PATH_MAX + 8];

    if (realpath(path, real) == NULL)
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "%s: cannot find %s: %s", key, path,
                                  strerror(errno));
    snprintf(value, sizeof(value), "%s%s", prefix, real);
    return enroll_init_set(init, key, value, problem);
}

int enroll_init_answer(struct enroll_init *init,
                       const struct enroll_init_question *question,
                       const char *value, struct enroll_problem *problem)
{
    return question->is_path
               ? enroll_init_set_path(init, question->key, "", value, problem)
               : enroll_init_set(init, question->key, value, problem);
}

/* What another answer decides. */
static int needed(const struct enroll_init *init,
                  const struct enroll_init_question *question)
{
    const char *trust = enroll_init_get(init, "trust");

    if (strcmp(question->key, "anchor") == 0)
        return trust != NULL && strcmp(trust, "private") == 0;
    return question->required;
}

static int missing(const struct enroll_init_question *question,
                   struct enroll_problem *problem)
{
    return enroll_problem_set(problem, ENROLL_USAGE,
                              "init: --%s is missing, and there is no terminal "
                              "to ask at",
                              question->key);
}

/* What a slip at the keyboard looks like; loading finds the rest. */
static const char *slip(const char *key, const char *value)
{
    if (strcmp(key, "url") == 0 && strncmp(value, "https://", 8) != 0)
        return "write https://HOST[:PORT][/PATH]";
    if (strcmp(key, "email") == 0 && strchr(value, '@') == NULL)
        return "write an e-mail address";
    if (strcmp(key, "trust") == 0 && strcmp(value, "public") != 0 &&
        strcmp(value, "private") != 0)
        return "write public or private";
    if (strcmp(key, "anchor") == 0 && access(value, R_OK) != 0)
        return "there is no such file, or it can't be read";
    return NULL;
}

/* A new string; NULL: none that makes sense, and *problem says so. */
static char *ask(const struct enroll_init_question *question, int required,
                 struct enroll_problem *problem)
{
    for (int i = 0; i < TRIES; i++) {
        char *given =
            enroll_prompt(question->text, question->fallback, required);
        const char *wrong = NULL;

        if (given == NULL)
            break;
        wrong = slip(question->key, given);
        if (wrong == NULL)
            return given;
        fprintf(stderr, "'%.200s': %s\n", given, wrong);
        OPENSSL_free(given);
    }
    enroll_problem_set(problem, ENROLL_USAGE,
                       "init: no answer for %s; nothing is written",
                       question->key);
    return NULL;
}

static int answer(struct enroll_init *init,
                  const struct enroll_init_question *question, int person,
                  struct enroll_problem *problem)
{
    int required = needed(init, question), ok;
    char *given = NULL;

    if (enroll_init_get(init, question->key) != NULL)
        return 1;
    if (strcmp(question->key, "anchor") == 0 && !required)
        return 1;
    if (question->text == NULL || !person) {
        if (question->required && question->fallback != NULL)
            return enroll_init_answer(init, question, question->fallback,
                                      problem);
        return required ? missing(question, problem) : 1;
    }
    given = ask(question, required, problem);
    if (given == NULL)
        return 0;
    ok = given[0] == '\0' || enroll_init_answer(init, question, given, problem);
    OPENSSL_free(given);
    return ok;
}

static int answer_secret(struct enroll_init *init, int person,
                         struct enroll_problem *problem)
{
    if (enroll_init_get(init, "client-secret") != NULL)
        return 1;
    if (!person)
        return enroll_problem_set(
            problem, ENROLL_USAGE,
            "init: --client-secret-file is missing, and there is no terminal "
            "to ask at; the secret itself never goes on a command line");
    init->secret = enroll_prompt_secret("Client secret (not shown)");
    return init->secret != NULL ||
           enroll_problem_set(problem, ENROLL_USAGE, "init: no client secret");
}

/* A key in a file for public trust is against the rules of public CAs. */
static int answer_software_key(struct enroll_init *init, int person,
                               struct enroll_problem *problem)
{
    const char *trust = enroll_init_get(init, "trust");
    char *given = NULL;
    int yes;

    if (trust == NULL || strcmp(trust, "public") != 0 ||
        enroll_init_get(init, "allow-software-key") != NULL ||
        enroll_init_get(init, "key") != NULL)
        return 1;
    if (person)
        given =
            enroll_prompt("Publicly trusted keys belong into hardware. Keep "
                          "this one in a file all the same",
                          "no", 1);
    yes = given != NULL && (given[0] == 'y' || given[0] == 'Y');
    OPENSSL_free(given);
    if (yes)
        return enroll_init_set(init, "allow-software-key", "yes", problem);
    return enroll_problem_set(
        problem, ENROLL_POLICY,
        "init: a publicly trusted certificate needs its key in hardware (CA/B "
        "Forum), and keys live in files so far; say --allow-software-key if "
        "your authority and you accept that, or --trust private for an "
        "authority of your own");
}

int enroll_init_ask(struct enroll_init *init, struct enroll_problem *problem)
{
    int person = enroll_prompt_possible();

    for (size_t i = 0; i < ENROLL_INIT_QUESTIONS; i++) {
        if (strcmp(enroll_init_questions[i].key, "client-secret") == 0) {
            if (!answer_secret(init, person, problem))
                return 0;
        } else if (!answer(init, &enroll_init_questions[i], person, problem)) {
            return 0;
        }
    }
    return answer_software_key(init, person, problem);
}
