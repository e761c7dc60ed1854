/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store behind enroll: URIs. Opening only parses: what is expected is
 * known later, so the identity is taken at the first load. Then the key, the
 * leaf and the intermediates go out one per call. After a failure the store
 * is at its end, for many tools would ask again for ever. Nobody is ever asked
 * for a passphrase.
 */
#include "provider/provider.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/store.h>

#include "provider/error.h"
#include "provider/handout.h"
#include "provider/object.h"

static OSSL_FUNC_store_open_fn store_open;
static OSSL_FUNC_store_settable_ctx_params_fn store_settable_ctx_params;
static OSSL_FUNC_store_set_ctx_params_fn store_set_ctx_params;
static OSSL_FUNC_store_load_fn store_load;
static OSSL_FUNC_store_eof_fn store_eof;
static OSSL_FUNC_store_close_fn store_close;

static const OSSL_DISPATCH store_functions[] = {
    {OSSL_FUNC_STORE_OPEN, (void (*)(void))store_open},
    {OSSL_FUNC_STORE_SETTABLE_CTX_PARAMS,
     (void (*)(void))store_settable_ctx_params},
    {OSSL_FUNC_STORE_SET_CTX_PARAMS, (void (*)(void))store_set_ctx_params},
    {OSSL_FUNC_STORE_LOAD, (void (*)(void))store_load},
    {OSSL_FUNC_STORE_EOF, (void (*)(void))store_eof},
    {OSSL_FUNC_STORE_CLOSE, (void (*)(void))store_close},
    {0, NULL},
};

const OSSL_ALGORITHM enroll_store_algorithms[] = {
    {"enroll", "provider=enroll", store_functions, "enrolled identities"},
    {NULL, NULL, NULL, NULL},
};

struct store {
    struct enroll_provider *provider;
    struct enroll_uri uri;
    int wanted; /* what is still to go out; 0 is the end */
    int taken;
    int failed;
    struct enroll_handout handout;
    size_t next; /* certificate */
};

/* The intermediates follow the leaf. */
static size_t first_certificate(const struct store *store)
{
    return store->uri.chain_only ? 1 : 0;
}

static void *refuse_uri(struct enroll_provider *provider, const char *text,
                        const char *why)
{
    struct enroll_problem problem;

    enroll_problem_set(&problem, ENROLL_USAGE,
                       "'%.100s' cannot be understood: %s; write enroll:NAME "
                       "with the name of a profile in enroll.conf",
                       text, why);
    enroll_refuse(provider, &problem);
    return NULL;
}

static void *store_open(void *provctx, const char *text)
{
    struct enroll_provider *provider = provctx;
    const char *why = NULL;
    struct enroll_uri uri;
    struct store *store = NULL;

    switch (enroll_uri_parse(text, &uri, &why)) {
    case ENROLL_URI_FOREIGN: return NULL;
    case ENROLL_URI_BAD: return refuse_uri(provider, text, why);
    case ENROLL_URI_OK: break;
    }
    store = OPENSSL_zalloc(sizeof(*store));
    if (store == NULL)
        return NULL;
    store->provider = provider;
    store->uri = uri;
    store->wanted = ENROLL_WANT_CHAIN;
    if (!uri.chain_only)
        store->wanted |= ENROLL_WANT_KEY;
    store->next = first_certificate(store);
    return store;
}

static const OSSL_PARAM *store_settable_ctx_params(void *provctx)
{
    static const OSSL_PARAM settable[] = {
        OSSL_PARAM_int(OSSL_STORE_PARAM_EXPECT, NULL),
        OSSL_PARAM_END,
    };

    (void)provctx;
    return settable;
}

static int expect(struct store *store, int type)
{
    switch (type) {
    case 0: break;
    case OSSL_STORE_INFO_PKEY: store->wanted &= ENROLL_WANT_KEY; break;
    case OSSL_STORE_INFO_CERT: store->wanted &= ENROLL_WANT_CHAIN; break;
    default: store->wanted = 0; break;
    }
    return 1;
}

/* Also called with properties, which say nothing to us. */
static int store_set_ctx_params(void *loaderctx, const OSSL_PARAM params[])
{
    const OSSL_PARAM *param =
        OSSL_PARAM_locate_const(params, OSSL_STORE_PARAM_EXPECT);
    int type = 0;

    return param == NULL ||
           (OSSL_PARAM_get_int(param, &type) && expect(loaderctx, type));
}

static int load_key(struct store *store, OSSL_CALLBACK *object_cb, void *arg)
{
    int ok = enroll_object_key(store->handout.key, store->handout.key_length,
                               object_cb, arg);

    enroll_handout_clear_key(&store->handout);
    store->wanted &= ~ENROLL_WANT_KEY;
    return ok;
}

static int load_certificate(struct store *store, OSSL_CALLBACK *object_cb,
                            void *arg)
{
    const struct enroll_chain *chain = &store->handout.chain;
    size_t i = store->next++;

    if (store->next >= chain->count)
        store->wanted = 0;
    return enroll_object_certificate(chain->certificate[i], chain->size[i],
                                     object_cb, arg);
}

static int load_next(struct store *store, OSSL_CALLBACK *object_cb, void *arg)
{
    if (!store->taken) {
        store->taken = 1;
        if (!enroll_handout_take(store->provider, &store->uri, store->wanted,
                                 &store->handout))
            return 0;
    }
    if ((store->wanted & ENROLL_WANT_KEY) != 0)
        return load_key(store, object_cb, arg);
    if (store->next < store->handout.chain.count)
        return load_certificate(store, object_cb, arg);
    store->wanted = 0; /* a leaf without intermediates */
    return 1;
}

static int store_load(void *loaderctx, OSSL_CALLBACK *object_cb,
                      void *object_cbarg, OSSL_PASSPHRASE_CALLBACK *pw_cb,
                      void *pw_cbarg)
{
    struct store *store = loaderctx;

    (void)pw_cb;
    (void)pw_cbarg;
    if (store->wanted == 0)
        return 0;
    if (load_next(store, object_cb, object_cbarg))
        return 1;
    store->wanted = 0;
    store->failed = 1;
    return 0;
}

static int store_eof(void *loaderctx)
{
    const struct store *store = loaderctx;

    return store->wanted == 0;
}

/*
 * 0 after a failure: some tools take the end for a success, and ask here only
 * whether all went well.
 */
static int store_close(void *loaderctx)
{
    struct store *store = loaderctx;
    int ok = !store->failed;

    if (store->taken)
        enroll_handout_release(store->provider, &store->handout);
    OPENSSL_free(store);
    return ok;
}
