/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check: what a signing tool will meet on this machine. Loads the provider
 * into a library context of its own.
 */
#include "hook/command/check.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include "hook/sign/openssl_conf.h"
#include "hook/sign/tool.h"

/* Why the module would not load; NULL if it did. */
static const char *load_failure(const char *module, char *why, size_t size)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    OSSL_PROVIDER *provider = NULL;
    const OSSL_ALGORITHM *stores = NULL;
    int no_cache = 0;
    const char *failure = NULL;

    ERR_set_mark();
    if (context != NULL)
        provider = OSSL_PROVIDER_load(context, module);
    if (provider != NULL)
        stores =
            OSSL_PROVIDER_query_operation(provider, OSSL_OP_STORE, &no_cache);
    if (provider == NULL) {
        const char *data = NULL;
        int flags = 0;

        ERR_peek_error_data(&data, &flags);
        failure = "libcrypto can't load it";
        if ((flags & ERR_TXT_STRING) != 0 && data != NULL) {
            OPENSSL_strlcpy(why, data, size);
            failure = why;
        }
    } else if (stores == NULL) {
        failure = "it offers no store, so it is another provider";
    }
    ERR_pop_to_mark();
    if (provider != NULL)
        OSSL_PROVIDER_unload(provider);
    OSSL_LIB_CTX_free(context);
    return failure;
}

static void check_module(struct enroll_findings *findings,
                         const struct enroll_openssl_conf *conf)
{
    char why[256];
    const char *failure = NULL;

    if (conf->module == NULL) {
        enroll_finding_add(findings, ENROLL_PROBLEM, "provider",
                           ENROLL_CONFIGURATION,
                           "there is no enroll.so where %s says or in %s; "
                           "install it, or name it with `module =` there",
                           conf->path, ENROLL_MODULESDIR);
        return;
    }
    /* In our own process the provider keeps out of the way otherwise. */
    unsetenv("ENROLL_ACTIVE");
    failure = load_failure(conf->module, why, sizeof(why));
    setenv("ENROLL_ACTIVE", "1", 1);
    if (failure == NULL)
        enroll_finding_fine(findings, "provider", "%s can be loaded",
                            conf->module);
    else
        enroll_finding_add(
            findings, ENROLL_PROBLEM, "provider", ENROLL_CONFIGURATION,
            "%s cannot be loaded: %s; install the one for this "
            "OpenSSL (%s)",
            conf->module, failure, OpenSSL_version(OPENSSL_VERSION));
}

static int differs(const char *configured, const char *used)
{
    return configured != NULL && strcmp(configured, used) != 0;
}

static void check_places(struct enroll_findings *findings,
                         const struct enroll_openssl_conf *conf,
                         const struct enroll_places *places)
{
    if (differs(conf->config, places->config))
        enroll_finding_add(findings, ENROLL_WARNING, "openssl.cnf",
                           ENROLL_CONFIGURATION,
                           "tools go by %s (config = in %s), this command by "
                           "%s; name the same in both",
                           conf->config, conf->path, places->config);
    if (differs(conf->state, places->state))
        enroll_finding_add(findings, ENROLL_WARNING, "openssl.cnf",
                           ENROLL_CONFIGURATION,
                           "tools read identities from %s (state = in %s), "
                           "this command keeps them in %s; name the same in "
                           "both",
                           conf->state, conf->path, places->state);
}

static void check_mode(struct enroll_findings *findings,
                       const struct enroll_openssl_conf *conf)
{
    if (!conf->readable)
        enroll_finding_add(findings, ENROLL_WARNING, "openssl.cnf",
                           ENROLL_CONFIGURATION,
                           "%s cannot be used: %s; only `enroll-hook run` and "
                           "`sign` reach the provider, or set OPENSSL_CONF "
                           "(see: enroll-hook init)",
                           conf->path, conf->reason);
    else if (!conf->enroll_listed)
        enroll_finding_add(findings, ENROLL_WARNING, "openssl.cnf",
                           ENROLL_CONFIGURATION,
                           "%s does not name the provider, so only "
                           "`enroll-hook run` and `sign` reach it; set "
                           "OPENSSL_CONF to one of the files that `enroll-hook "
                           "init` writes, or add their section",
                           conf->path);
    else if (!conf->enroll_active)
        enroll_finding_fine(findings, "openssl.cnf",
                            "%s registers the provider: tools reach it with "
                            "-provider enroll",
                            conf->path);
    else if (!conf->default_active)
        enroll_finding_add(findings, ENROLL_PROBLEM, "openssl.cnf",
                           ENROLL_CONFIGURATION,
                           "%s activates enroll but not default, which takes "
                           "every other algorithm away from tools; add "
                           "`default = default_sect` before enroll and "
                           "[default_sect] with `activate = 1`",
                           conf->path);
    else
        enroll_finding_fine(findings, "openssl.cnf",
                            "%s activates the provider, and default with it",
                            conf->path);
}

static void check_osslsigncode(struct enroll_findings *findings)
{
    struct enroll_tool tool = {.interrupt = NULL};
    struct enroll_problem problem;

    if (enroll_tool_find(&tool, &problem))
        enroll_finding_fine(findings, "osslsigncode",
                            "%s, version %d.%d, takes the %s", tool.path,
                            tool.major, tool.minor, enroll_tool_road(&tool));
    else
        enroll_finding_problem(findings, ENROLL_WARNING, "osslsigncode",
                               &problem);
}

void enroll_check_tools(struct enroll_findings *findings,
                        const struct enroll_places *places)
{
    struct enroll_openssl_conf conf;

    if (enroll_openssl_conf_find(&conf)) {
        check_mode(findings, &conf);
        check_places(findings, &conf, places);
        check_module(findings, &conf);
        enroll_openssl_conf_clear(&conf);
    }
    check_osslsigncode(findings);
}
