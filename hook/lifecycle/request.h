/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificate request (PKCS#10) as an intent carries it.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_REQUEST_H
#define ENROLL_HOOK_LIFECYCLE_REQUEST_H

#include <openssl/x509.h>

#include "hook/custody/custody.h"

/* Base64 DER on one line into *csr: OPENSSL_free. */
int enroll_request_make(const struct enroll_profile *profile,
                        const struct enroll_custody *custody,
                        struct enroll_custody_key *key, char **csr,
                        struct enroll_problem *problem);

/* From that; the caller's: X509_REQ_free; NULL if it is none. */
X509_REQ *enroll_request_decode(const char *csr);

/* 1 if the key is of that type. */
int enroll_request_key_fits(const EVP_PKEY *pkey, enum enroll_key_type type);

#endif
