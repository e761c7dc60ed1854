/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder that turns a reference block into the key it stands for, for
 * tools that open only files. libcrypto offers it every PEM block that any
 * host decodes: whatever is not ours passes by unnoticed, and nothing is
 * opened or asked before our label has been seen.
 */
#include "provider/provider.h"

#include <openssl/core_names.h>

#include "core/reference.h"
#include "provider/block.h"
#include "provider/error.h"
#include "provider/handout.h"
#include "provider/object.h"

#define CARRY_ON 1 /* nothing for us: let the next decoder try */

static OSSL_FUNC_decoder_newctx_fn decoder_newctx;
static OSSL_FUNC_decoder_freectx_fn decoder_freectx;
static OSSL_FUNC_decoder_does_selection_fn decoder_does_selection;
static OSSL_FUNC_decoder_decode_fn decoder_decode;

static const OSSL_DISPATCH decoder_functions[] = {
    {OSSL_FUNC_DECODER_NEWCTX, (void (*)(void))decoder_newctx},
    {OSSL_FUNC_DECODER_FREECTX, (void (*)(void))decoder_freectx},
    {OSSL_FUNC_DECODER_DOES_SELECTION, (void (*)(void))decoder_does_selection},
    {OSSL_FUNC_DECODER_DECODE, (void (*)(void))decoder_decode},
    {0, NULL},
};

const OSSL_ALGORITHM enroll_decoder_algorithms[] = {
    {"DER", "provider=enroll,input=pem", decoder_functions,
     "enroll reference to a key"},
    {NULL, NULL, NULL, NULL},
};

/* There is nothing to keep between calls. */
static void *decoder_newctx(void *provctx)
{
    return provctx;
}

static void decoder_freectx(void *ctx)
{
    (void)ctx;
}

/* Public parts and parameters alone are never ours. 0: anything goes. */
static int decoder_does_selection(void *provctx, int selection)
{
    (void)provctx;
    return selection == 0 || (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0;
}

static int refuse_block(struct enroll_provider *provider, const char *why)
{
    struct enroll_problem problem;

    enroll_problem_set(&problem, ENROLL_USAGE,
                       "the '" ENROLL_REFERENCE_LABEL "' block in this file "
                       "is damaged: %s; use the identity.pem in the profile's "
                       "state folder",
                       why);
    return enroll_refuse(provider, &problem);
}

static int deliver(struct enroll_provider *provider,
                   const struct enroll_uri *uri, OSSL_CALLBACK *callback,
                   void *argument)
{
    struct enroll_handout handout;
    int ok =
        enroll_handout_take(provider, uri, ENROLL_WANT_KEY, &handout) &&
        enroll_object_key(handout.key, handout.key_length, callback, argument);

    enroll_handout_release(provider, &handout);
    return ok;
}

static int decoder_decode(void *ctx, OSSL_CORE_BIO *in, int selection,
                          OSSL_CALLBACK *object_cb, void *object_cbarg,
                          OSSL_PASSPHRASE_CALLBACK *pw_cb, void *pw_cbarg)
{
    struct enroll_provider *provider = ctx;
    const char *why = "it holds no enroll URI";
    struct enroll_uri uri;
    char *text = NULL;
    int ok = CARRY_ON;

    (void)selection;
    (void)pw_cb;
    (void)pw_cbarg;
    switch (enroll_block_read(provider, in, &text)) {
    case ENROLL_BLOCK_NONE: return CARRY_ON;
    case ENROLL_BLOCK_BAD: return refuse_block(provider, why);
    case ENROLL_BLOCK_OURS: break;
    }
    if (enroll_uri_parse(text, &uri, &why) != ENROLL_URI_OK)
        ok = refuse_block(provider, why);
    else if (uri.chain_only)
        ok = refuse_block(provider, "part=chain names no key");
    else
        ok = deliver(provider, &uri, object_cb, object_cbarg);
    OPENSSL_free(text);
    return ok;
}
