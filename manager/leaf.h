/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The code signing certificate itself: shaped by the account, never by the
 * CSR, of which only the key is taken.
 */
#ifndef MANAGER_LEAF_H
#define MANAGER_LEAF_H

#include <stdint.h>

#include <openssl/x509.h>

struct account;
struct manager;

struct leaf_request {
    const struct account *account;
    EVP_PKEY *key;         /* of the CSR */
    const char *san_email; /* subjectAltName rfc822Name, or NULL */
    int64_t now;
    const char *defect; /* one of leaf_defect_known(), or NULL */
};

X509 *leaf_issue(const struct manager *m, const struct leaf_request *request);

/* Is it the name of a certificate we can get wrong on purpose? */
int leaf_defect_known(const char *name);

#endif
