/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's one entry and what it offers. OpenSSL calls this under the lock
 * of its provider configuration, so OSSL_provider_init fetches nothing, reads
 * no file and starts nothing (but for `ensure`, see ensure.c), and it never
 * fails: a host must not lose its other providers over us.
 */
#include "provider/provider.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "provider/debug.h"
#include "provider/ensure.h"
#include "provider/error.h"
#include "provider/pin.h"

/* The one name that leaves this module. */
__attribute__((visibility("default"))) OSSL_provider_init_fn OSSL_provider_init;

static OSSL_FUNC_provider_teardown_fn teardown;
static OSSL_FUNC_provider_gettable_params_fn gettable_params;
static OSSL_FUNC_provider_get_params_fn get_params;
static OSSL_FUNC_provider_query_operation_fn query_operation;
static OSSL_FUNC_provider_get_reason_strings_fn get_reason_strings;

static const OSSL_DISPATCH dispatch[] = {
    {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))teardown},
    {OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))gettable_params},
    {OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))get_params},
    {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query_operation},
    {OSSL_FUNC_PROVIDER_GET_REASON_STRINGS, (void (*)(void))get_reason_strings},
    {0, NULL},
};

/* Memory only: by now the host's libraries may be half gone. */
static void teardown(void *provctx)
{
    struct enroll_provider *provider = provctx;

    if (provider == NULL)
        return;
    enroll_pins_free(provider->pins);
    CRYPTO_THREAD_lock_free(provider->lock);
    enroll_settings_clear(&provider->settings);
    OPENSSL_free(provider);
}

static const OSSL_PARAM *gettable_params(void *provctx)
{
    static const OSSL_PARAM gettable[] = {
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_NAME, NULL, 0),
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_VERSION, NULL, 0),
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_BUILDINFO, NULL, 0),
        OSSL_PARAM_int(OSSL_PROV_PARAM_STATUS, NULL),
        OSSL_PARAM_END,
    };

    (void)provctx;
    return gettable;
}

static int set_text(OSSL_PARAM params[], const char *key, const char *text)
{
    OSSL_PARAM *param = OSSL_PARAM_locate(params, key);

    return param == NULL || OSSL_PARAM_set_utf8_ptr(param, text);
}

static int get_params(void *provctx, OSSL_PARAM params[])
{
    OSSL_PARAM *status = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_STATUS);

    (void)provctx;
    return set_text(params, OSSL_PROV_PARAM_NAME, "enroll provider") &&
           set_text(params, OSSL_PROV_PARAM_VERSION, ENROLL_VERSION) &&
           set_text(params, OSSL_PROV_PARAM_BUILDINFO, ENROLL_VERSION) &&
           (status == NULL || OSSL_PARAM_set_int(status, 1));
}

static const OSSL_ALGORITHM *query_operation(void *provctx, int operation,
                                             int *no_cache)
{
    const struct enroll_provider *provider = provctx;

    *no_cache = 0;
    if (provider == NULL || provider->inert)
        return NULL;
    switch (operation) {
    case OSSL_OP_STORE: return enroll_store_algorithms;
    case OSSL_OP_DECODER: return enroll_decoder_algorithms;
    default: return NULL;
    }
}

static const OSSL_ITEM *get_reason_strings(void *provctx)
{
    (void)provctx;
    return enroll_reason_strings;
}

static void keep_core_functions(struct enroll_provider *provider,
                                const OSSL_DISPATCH *in)
{
    for (; in->function_id != 0; in++) {
        switch (in->function_id) {
        case OSSL_FUNC_CORE_GET_PARAMS:
            provider->get_params = OSSL_FUNC_core_get_params(in);
            break;
        case OSSL_FUNC_CORE_NEW_ERROR:
            provider->new_error = OSSL_FUNC_core_new_error(in);
            break;
        case OSSL_FUNC_CORE_SET_ERROR_DEBUG:
            provider->set_error_debug = OSSL_FUNC_core_set_error_debug(in);
            break;
        case OSSL_FUNC_CORE_VSET_ERROR:
            provider->vset_error = OSSL_FUNC_core_vset_error(in);
            break;
        case OSSL_FUNC_BIO_GETS:
            provider->bio_gets = OSSL_FUNC_BIO_gets(in);
            break;
        default: break;
        }
    }
}

/* What we need of the core is there, and memory for the rest. */
static int complete(struct enroll_provider *provider)
{
    if (provider->get_params == NULL || provider->new_error == NULL ||
        provider->set_error_debug == NULL || provider->vset_error == NULL ||
        provider->bio_gets == NULL)
        return 0;
    provider->lock = CRYPTO_THREAD_lock_new();
    return provider->lock != NULL &&
           enroll_settings_read(&provider->settings, provider->handle,
                                provider->get_params);
}

/* Without a context (out of memory) every operation is simply not there. */
int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                       const OSSL_DISPATCH **out, void **provctx)
{
    struct enroll_provider *provider = OPENSSL_zalloc(sizeof(*provider));

    *out = dispatch;
    *provctx = NULL;
    if (provider == NULL)
        return 1;
    provider->handle = handle;
    keep_core_functions(provider, in);
    if (!complete(provider)) {
        teardown(provider);
        return 1;
    }
    provider->stderr_open = fcntl(STDERR_FILENO, F_GETFD) >= 0;
    provider->privileged = getauxval(AT_SECURE) != 0;
    provider->inert = secure_getenv("ENROLL_ACTIVE") != NULL;
    *provctx = provider;
    enroll_debug(provider, "loaded%s%s", provider->inert ? ", inert" : "",
                 provider->privileged ? ", privileged" : "");
    enroll_ensure(provider);
    return 1;
}
