/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the provider's section of openssl.cnf. Called while the provider is
 * loaded, so it only copies; a value that can't be understood is reported when
 * it is needed, because a host must not fail over it.
 */
#include "provider/settings.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/params.h>

#include "core/duration.h"

#define WAIT_DEFAULT 300

static const char separators[] = ", \t";

/* "" is as good as not given. */
static int copy(const char *value, char **setting)
{
    if (value == NULL || *value == '\0')
        return 1;
    *setting = OPENSSL_strdup(value);
    return *setting != NULL;
}

int enroll_settings_read(struct enroll_settings *settings,
                         const OSSL_CORE_HANDLE *handle,
                         OSSL_FUNC_core_get_params_fn *get_params)
{
    char *config = NULL, *state = NULL, *hook = NULL, *wait = NULL;
    char *ensure = NULL, *ensure_for = NULL, *pass_env = NULL, *debug = NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_ptr("config", &config, 0),
        OSSL_PARAM_utf8_ptr("state", &state, 0),
        OSSL_PARAM_utf8_ptr("hook", &hook, 0),
        OSSL_PARAM_utf8_ptr("wait", &wait, 0),
        OSSL_PARAM_utf8_ptr("ensure", &ensure, 0),
        OSSL_PARAM_utf8_ptr("ensure-for", &ensure_for, 0),
        OSSL_PARAM_utf8_ptr("pass-env", &pass_env, 0),
        OSSL_PARAM_utf8_ptr("debug", &debug, 0),
        OSSL_PARAM_END,
    };

    /* Loaded by bare path there is no section: the defaults serve. */
    if (!get_params(handle, params))
        return 1;
    if (debug == NULL)
        debug = secure_getenv("ENROLL_DEBUG");
    return copy(config, &settings->config) && copy(state, &settings->state) &&
           copy(hook, &settings->hook) && copy(wait, &settings->wait) &&
           copy(ensure, &settings->ensure) &&
           copy(ensure_for, &settings->ensure_for) &&
           copy(pass_env, &settings->pass_env) && copy(debug, &settings->debug);
}

void enroll_settings_clear(struct enroll_settings *settings)
{
    OPENSSL_free(settings->config);
    OPENSSL_free(settings->state);
    OPENSSL_free(settings->hook);
    OPENSSL_free(settings->wait);
    OPENSSL_free(settings->ensure);
    OPENSSL_free(settings->ensure_for);
    OPENSSL_free(settings->pass_env);
    OPENSSL_free(settings->debug);
    memset(settings, 0, sizeof(*settings));
}

int enroll_settings_hook(const struct enroll_settings *settings,
                         const char **hook, struct enroll_problem *problem)
{
    if (settings->hook != NULL && settings->hook[0] != '/')
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "hook = %s in openssl.cnf is not an absolute "
                                  "path: write it from the root, beginning "
                                  "with /",
                                  settings->hook);
    *hook = settings->hook != NULL ? settings->hook : ENROLL_HOOK_PATH;
    return 1;
}

int enroll_settings_wait(const struct enroll_settings *settings, long *wait,
                         struct enroll_problem *problem)
{
    long seconds = WAIT_DEFAULT;

    if (settings->wait != NULL &&
        !enroll_duration_parse(settings->wait, &seconds))
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "wait = %s in openssl.cnf is not a duration: "
                                  "write for example 90s or 5m",
                                  settings->wait);
    *wait = seconds;
    return 1;
}

const char *enroll_list_next(const char **at, size_t *length)
{
    const char *name = *at == NULL ? "" : *at + strspn(*at, separators);

    *length = strcspn(name, separators);
    *at = name + *length;
    return *length > 0 ? name : NULL;
}
