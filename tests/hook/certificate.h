/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates made to measure, for tests of whoever judges them. */
#ifndef ENROLL_TESTS_HOOK_CERTIFICATE_H
#define ENROLL_TESTS_HOOK_CERTIFICATE_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#define NOW        1800000000L
#define DAY        86400L
#define EXTENSIONS 8

struct extension {
    const char *name, *value;
};

struct spec {
    const char *subject;
    const char *serial; /* hex */
    long from, days;
    const EVP_MD *digest;
    struct extension extensions[EXTENSIONS];
};

struct authority {
    X509 *certificate;
    EVP_PKEY *key;
};

/* Signed by itself where by is NULL; the caller's. Ends the test on failure. */
X509 *certificate_make(const struct spec *spec, EVP_PKEY *key,
                       const struct authority *by);

#endif
