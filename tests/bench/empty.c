/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider that offers nothing: the floor below which no activated provider
 * can get. Built for tests/bench/run only.
 */
#include <openssl/core.h>
#include <openssl/core_dispatch.h>

OSSL_provider_init_fn OSSL_provider_init;
static OSSL_FUNC_provider_query_operation_fn empty_query;

static const OSSL_ALGORITHM *empty_query(void *provctx, int operation_id,
                                         int *no_cache)
{
    (void)provctx;
    (void)operation_id;
    *no_cache = 0;
    return NULL;
}

static const OSSL_DISPATCH empty_functions[] = {
    {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))empty_query},
    {0, NULL},
};

int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                       const OSSL_DISPATCH **out, void **provctx)
{
    (void)in;
    *out = empty_functions;
    *provctx = (void *)handle;
    return 1;
}
