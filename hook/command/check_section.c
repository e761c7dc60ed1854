/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check: the provider's own section of the openssl.cnf in effect. The provider
 * passes over what it does not know, as OpenSSL has it, and finds a bad value
 * only when it needs it: so a slip of the pen is looked for here.
 */
#include "hook/command/check.h"

#include <string.h>
#include <unistd.h>

#include "core/duration.h"
#include "hook/sign/openssl_conf.h"

/* Of provider/settings.c, and, the first four, of OpenSSL itself. */
static const char *const known[] = {
    "identity", "module", "activate", "soft_load",  "config",   "state",
    "hook",     "wait",   "ensure",   "ensure-for", "pass-env", "debug"};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

struct section {
    struct enroll_findings *findings;
    const char *path, *name;
};

static void wrong(const struct section *section, const char *key,
                  const char *value, const char *what)
{
    enroll_finding_add(section->findings, ENROLL_PROBLEM, "openssl.cnf",
                       ENROLL_CONFIGURATION, "%s, section [%s]: %s = %s: %s",
                       section->path, section->name, key, value, what);
}

static int is_known(const char *key)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (strcmp(key, known[i]) == 0)
            return 1;
    return 0;
}

static int is_path(const char *key)
{
    return strcmp(key, "config") == 0 || strcmp(key, "state") == 0 ||
           strcmp(key, "hook") == 0 || strcmp(key, "debug") == 0;
}

static int means_no(const char *value)
{
    return strcmp(value, "0") == 0 || strcmp(value, "no") == 0 ||
           strcmp(value, "off") == 0 || strcmp(value, "false") == 0;
}

static void check_value(const struct section *section, const char *key,
                        const char *value)
{
    long seconds = 0;

    if (!is_known(key))
        wrong(section, key, value,
              "there is no such key; those there are: config, state, hook, "
              "wait, ensure, ensure-for, pass-env, debug, module, activate");
    else if (is_path(key) && value[0] != '/' &&
             (strcmp(key, "debug") != 0 || strcmp(value, "stderr") != 0))
        wrong(section, key, value,
              "is not an absolute path; write it from the root, beginning "
              "with /");
    else if (strcmp(key, "hook") == 0 && access(value, X_OK) != 0)
        wrong(section, key, value,
              "cannot be started; name enroll-hook, or remove the line");
    else if (strcmp(key, "wait") == 0 &&
             !enroll_duration_parse(value, &seconds))
        wrong(section, key, value,
              "is not a duration; write for example 90s or 5m");
    else if (strcmp(key, "activate") == 0 && means_no(value))
        enroll_finding_add(section->findings, ENROLL_WARNING, "openssl.cnf",
                           ENROLL_CONFIGURATION,
                           "%s, section [%s]: OpenSSL 3.0 and 3.1 take "
                           "activate = %s for yes; remove the line",
                           section->path, section->name, value);
}

static void check_ensure(const struct section *section, const char *profile,
                         const struct enroll_config *config)
{
    const char *name = NULL;

    for (size_t i = 0; (name = enroll_config_name(config, i)) != NULL; i++)
        if (strcmp(name, profile) == 0)
            return;
    wrong(section, "ensure", profile,
          "enroll.conf has no such profile; name one of its sections");
}

static void check_section(const struct section *section, const CONF *file,
                          const struct enroll_config *config)
{
    STACK_OF(CONF_VALUE) *values = NCONF_get_section(file, section->name);

    for (int i = 0; values != NULL && i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *entry = sk_CONF_VALUE_value(values, i);

        check_value(section, entry->name, entry->value);
        if (strcmp(entry->name, "ensure") == 0 && config != NULL)
            check_ensure(section, entry->value, config);
    }
}

void enroll_check_section(struct enroll_findings *findings,
                          const struct enroll_config *config)
{
    struct enroll_openssl_conf conf;
    CONF *file = NCONF_new(NULL);

    if (file != NULL && enroll_openssl_conf_find(&conf)) {
        const struct section section = {findings, conf.path,
                                        conf.enroll_section};

        if (conf.enroll_listed && NCONF_load(file, conf.path, NULL) > 0)
            check_section(&section, file, config);
        enroll_openssl_conf_clear(&conf);
    }
    NCONF_free(file);
}
