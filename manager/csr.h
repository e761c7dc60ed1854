/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a request's `csr` may be: PKCS#10 in base64 on a single line, signed
 * by the key it holds, and the key strong enough for code signing.
 */
#ifndef MANAGER_CSR_H
#define MANAGER_CSR_H

#include <stddef.h>

#include <openssl/x509.h>

/* Why something was refused: a code of SCM's table and a sentence. */
struct refusal {
    int code;
    char text[200];
};

/*
 * Strict base64 (RFC 4648 section 4, padded, no white space) in a new buffer,
 * or NULL.
 */
unsigned char *base64_decode(const char *text, size_t *length);

/* The checked CSR, to be freed, or NULL with the reason. */
X509_REQ *csr_check(const char *base64, struct refusal *why);

/* Fills in a refusal; returns 0. */
int refuse(struct refusal *why, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
