/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds environments. Called before a tool is started; changes nothing of
 * this process's own.
 */
#include "hook/sign/environment.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

static int names(const char *entry, const char *name)
{
    size_t length = strlen(name);

    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static size_t count(char *const *environment)
{
    size_t n = 0;

    while (environment[n] != NULL)
        n++;
    return n;
}

static void drop(char **environment, const char *name)
{
    char **to = environment;

    for (char **from = environment; *from != NULL; from++)
        if (names(*from, name))
            OPENSSL_free(*from);
        else
            *to++ = *from;
    *to = NULL;
}

static char **copy(char *const *environment)
{
    char **new = OPENSSL_zalloc((count(environment) + 1) * sizeof(*new));

    if (new == NULL)
        return NULL;
    for (size_t i = 0; environment[i] != NULL; i++) {
        new[i] = OPENSSL_strdup(environment[i]);
        if (new[i] == NULL) {
            enroll_environment_free(new);
            return NULL;
        }
    }
    return new;
}

int enroll_environment_set(char ***environment, const char *name,
                           const char *value)
{
    size_t length = strlen(name) + strlen(value) + 2, n;
    char *entry = OPENSSL_malloc(length);
    char **grown = NULL;

    if (entry == NULL)
        return 0;
    snprintf(entry, length, "%s=%s", name, value);
    drop(*environment, name);
    n = count(*environment);
    grown = OPENSSL_realloc(*environment, (n + 2) * sizeof(*grown));
    if (grown == NULL) {
        OPENSSL_free(entry);
        return 0;
    }
    grown[n] = entry;
    grown[n + 1] = NULL;
    *environment = grown;
    return 1;
}

char **enroll_environment_new(const char *openssl_conf,
                              const struct enroll_places *places)
{
    char **environment = copy(environ);

    if (environment == NULL)
        return NULL;
    drop(environment, "ENROLL_ACTIVE");
    if ((openssl_conf == NULL ||
         enroll_environment_set(&environment, "OPENSSL_CONF", openssl_conf)) &&
        enroll_environment_set(&environment, "ENROLL_CONF", places->config) &&
        enroll_environment_set(&environment, "ENROLL_STATE", places->state))
        return environment;
    enroll_environment_free(environment);
    return NULL;
}

void enroll_environment_free(char **environment)
{
    if (environment == NULL)
        return;
    for (char **entry = environment; *entry != NULL; entry++)
        OPENSSL_free(*entry);
    OPENSSL_free(environment);
}
