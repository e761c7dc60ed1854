/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the openssl.cnf of the tools that sign and run start: what the user
 * has in effect, included, with an init section of ours that takes over every
 * module and provider of theirs and activates default and enroll.
 */
#include "hook/sign/openssl_conf.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

/* Names that the included file will hardly have. */
#define INIT_SECTION      "enroll_hook_init"
#define PROVIDERS_SECTION "enroll_hook_providers"
#define DEFAULT_SECTION   "enroll_hook_default"
#define ENROLL_SECTION    "enroll_hook_enroll"

static int put(BIO *out, const char *name, const char *value)
{
    char *quoted = enroll_openssl_conf_quote(value);
    int ok = quoted != NULL && BIO_printf(out, "%s = %s\n", name, quoted) > 0;

    OPENSSL_free(quoted);
    return ok;
}

static int listed(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return 1;
    return 0;
}

/* What section holds, except for names that are ours to set. */
static int copy_section(BIO *out, const CONF *conf, const char *section,
                        const char *const *except)
{
    STACK_OF(CONF_VALUE) *values = NULL;
    int ok = 1;

    if (section == NULL)
        return 1;
    ERR_set_mark();
    values = NCONF_get_section(conf, section);
    ERR_pop_to_mark();
    for (int i = 0; ok && i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);

        if (!listed(value->name, except))
            ok = put(out, value->name, value->value);
    }
    return ok;
}

static int put_self(BIO *out)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    if (length <= 0)
        return 1; /* the provider has a default of its own */
    program[length] = '\0';
    return put(out, "hook", program);
}

static int put_enroll(BIO *out, const CONF *file,
                      const struct enroll_openssl_conf *conf,
                      const struct enroll_places *places, int activate)
{
    static const char *const ours[] = {"module", "activate", "config",
                                       "state",  "ensure",   NULL};

    return BIO_puts(out, "[" ENROLL_SECTION "]\n") > 0 &&
           put(out, "module", conf->module) &&
           put(out, "config", places->config) &&
           put(out, "state", places->state) &&
           (enroll_openssl_conf_value(file, conf->enroll_section, "hook") !=
                NULL ||
            put_self(out)) &&
           copy_section(out, file, conf->enroll_section, ours) &&
           (!activate || BIO_puts(out, "activate = 1\n") > 0);
}

static int put_all(BIO *out, const CONF *file,
                   const struct enroll_openssl_conf *conf,
                   const struct enroll_places *places, int activate)
{
    static const char *const in_init[] = {"providers", NULL};
    static const char *const in_providers[] = {"default", "enroll", NULL};
    const char *init =
        enroll_openssl_conf_value(file, "default", "openssl_conf");

    if (conf->readable &&
        BIO_printf(out, ".include %s\n[default]\n", conf->path) <= 0)
        return 0;
    return BIO_puts(out, "openssl_conf = " INIT_SECTION "\n"
                         "[" INIT_SECTION "]\n"
                         "providers = " PROVIDERS_SECTION "\n") > 0 &&
           copy_section(out, file, init, in_init) &&
           BIO_puts(out, "[" PROVIDERS_SECTION "]\n"
                         "default = " DEFAULT_SECTION "\n") > 0 &&
           copy_section(out, file,
                        enroll_openssl_conf_value(file, init, "providers"),
                        in_providers) &&
           BIO_puts(out, "enroll = " ENROLL_SECTION "\n"
                         "[" DEFAULT_SECTION "]\nactivate = 1\n") > 0 &&
           put_enroll(out, file, conf, places, activate);
}

char *enroll_openssl_conf_text(const struct enroll_openssl_conf *conf,
                               const struct enroll_places *places, int activate,
                               struct enroll_problem *problem)
{
    CONF *file = NCONF_new(NULL);
    BIO *out = BIO_new(BIO_s_mem());
    char *text = NULL, *data = NULL;
    long length;

    if (conf->module == NULL) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "the provider enroll.so is not installed in %s; "
                           "install it, or name it with `module =` in the "
                           "enroll section of %s",
                           ENROLL_MODULESDIR, conf->path);
        goto out;
    }
    if (file == NULL || out == NULL)
        goto out;
    if (conf->readable)
        (void)NCONF_load(file, conf->path, NULL);
    if (!put_all(out, file, conf, places, activate)) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "cannot write an openssl.cnf for the tool: a path "
                           "in %s or of the configuration has a line break",
                           conf->path);
        goto out;
    }
    length = BIO_get_mem_data(out, &data);
    if (length > 0)
        text = OPENSSL_strndup(data, (size_t)length);
out:
    BIO_free(out);
    NCONF_free(file);
    return text;
}
