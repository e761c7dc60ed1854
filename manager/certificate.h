/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making X.509 certificates with libcrypto, step by step: used for the
 * manager's authorities, its TLS server certificate and what it issues.
 */
#ifndef MANAGER_CERTIFICATE_H
#define MANAGER_CERTIFICATE_H

#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* A key and the certificate it belongs to. */
struct identity {
    EVP_PKEY *key;
    X509 *cert;
};

void identity_clear(struct identity *id);

/* Parts of a distinguished name, in the order they are written; NULL: none */
struct name_parts {
    const char *country;
    const char *state;
    const char *locality;
    const char *organization;
    const char *common_name;
};

X509_NAME *name_make(const struct name_parts *parts);

/*
 * A certificate without extensions and signature. issuer NULL makes it
 * self-issued. The serial number is 20 random octets, positive. Both ends of
 * the period belong to it. NULL on failure.
 */
X509 *cert_new(const X509_NAME *subject, EVP_PKEY *key, const X509 *issuer,
               int64_t not_before, int64_t not_after);

/* Adds an extension in the syntax of openssl.cnf. issuer NULL: itself. */
int cert_extend(X509 *cert, X509 *issuer, int nid, const char *value);

/* Signs with the digest that suits the key, or with the one given. */
int cert_sign(X509 *cert, EVP_PKEY *key, const EVP_MD *digest);

/* SHA-256 for RSA and P-256, SHA-384 and SHA-512 for the larger curves. */
const EVP_MD *key_digest(const EVP_PKEY *key);

/* rsa:3072, rsa:4096, ec:P-256, ec:P-384, ec:P-521. NULL on failure. */
EVP_PKEY *key_generate(const char *type);
int key_type_known(const char *type);

/* The certificate as PEM in a new string. */
char *cert_pem(X509 *cert);

/* Serial number in lower-case hexadecimal, a new string. */
char *cert_serial(const X509 *cert);

/* What libcrypto's error queue says, on stderr, after `what`. */
void complain_crypto(const char *what);

#endif
