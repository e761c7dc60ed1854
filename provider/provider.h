/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one loaded enroll.so knows: the functions OpenSSL's core lends it, its
 * section of openssl.cnf, and what it remembers of each profile. One per
 * library context; everything mutable is behind lock.
 */
#ifndef ENROLL_PROVIDER_PROVIDER_H
#define ENROLL_PROVIDER_PROVIDER_H

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>

#include "provider/settings.h"

struct enroll_pin;

struct enroll_provider {
    const OSSL_CORE_HANDLE *handle;
    OSSL_FUNC_core_get_params_fn *get_params;
    OSSL_FUNC_core_new_error_fn *new_error;
    OSSL_FUNC_core_set_error_debug_fn *set_error_debug;
    OSSL_FUNC_core_vset_error_fn *vset_error;
    OSSL_FUNC_BIO_gets_fn *bio_gets;

    struct enroll_settings settings;
    int stderr_open; /* descriptor 2 was open when we were loaded */
    int inert;       /* inside the hook: offer nothing */
    int privileged;  /* AT_SECURE: start nothing */
    CRYPTO_RWLOCK *lock;
    struct enroll_pin *pins; /* behind lock */
};

/* The operations, each in a file of its own. */
extern const OSSL_ALGORITHM enroll_store_algorithms[];
extern const OSSL_ALGORITHM enroll_decoder_algorithms[];

#endif
