/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds configuration and state. Called by the provider when it is first asked
 * and by the hook at its start; opens nothing.
 */
#include "core/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <openssl/crypto.h>

struct question {
    const char *given;
    const char *variable;     /* ENROLL_... */
    const char *xdg_variable; /* XDG_... */
    const char *home_default; /* below $HOME */
    const char *file;         /* below the XDG folder */
    const char *system;
};

/* FOLDER/TAIL if it exists, else NULL; only absolute folders count. */
static char *existing(const char *folder, const char *middle, const char *tail)
{
    char path[4096];
    int length;

    if (folder == NULL || folder[0] != '/')
        return NULL;
    length = snprintf(path, sizeof(path), "%s/%s%s", folder, middle, tail);
    if (length < 0 || (size_t)length >= sizeof(path) || access(path, F_OK) != 0)
        return NULL;
    return OPENSSL_strdup(path);
}

static char *find_user(const struct question *question)
{
    char *path = NULL;

    if (geteuid() == 0)
        return NULL;
    path = existing(secure_getenv(question->xdg_variable), "", question->file);
    if (path == NULL && secure_getenv(question->xdg_variable) == NULL)
        path = existing(secure_getenv("HOME"), question->home_default,
                        question->file);
    return path;
}

static char *find(const struct question *question, const char **from)
{
    const char *variable = secure_getenv(question->variable);
    char *path = NULL;

    if (question->given != NULL) {
        *from = "openssl.cnf or option";
        return OPENSSL_strdup(question->given);
    }
    if (variable != NULL && *variable != '\0') {
        *from = question->variable;
        return OPENSSL_strdup(variable);
    }
    path = find_user(question);
    if (path != NULL) {
        *from = "your home";
        return path;
    }
    *from = "the system's default";
    return OPENSSL_strdup(question->system);
}

int enroll_places_find(struct enroll_places *places, const char *given_config,
                       const char *given_state)
{
    const struct question config = {
        .given = given_config,
        .variable = "ENROLL_CONF",
        .xdg_variable = "XDG_CONFIG_HOME",
        .home_default = ".config/",
        .file = "enroll/enroll.conf",
        .system = ENROLL_SYSCONFDIR "/enroll.conf",
    };
    const struct question state = {
        .given = given_state,
        .variable = "ENROLL_STATE",
        .xdg_variable = "XDG_STATE_HOME",
        .home_default = ".local/state/",
        .file = "enroll",
        .system = ENROLL_STATEDIR,
    };

    memset(places, 0, sizeof(*places));
    places->config = find(&config, &places->config_from);
    places->state = find(&state, &places->state_from);
    if (places->config != NULL && places->state != NULL)
        return 1;
    enroll_places_clear(places);
    return 0;
}

void enroll_places_clear(struct enroll_places *places)
{
    OPENSSL_free(places->config);
    OPENSSL_free(places->state);
    memset(places, 0, sizeof(*places));
}
