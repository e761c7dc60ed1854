/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's own certificate, under a CA that does nothing else, and those
 * that tests want in its place. Called by server.c. It follows the system's
 * clock, not the shifted one: clients that test a shifted manager still have to
 * reach it.
 */
#include "tls.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "text.h"

#define DAY ((int64_t)86400)

/* Wrong in one thing each. */
static const struct tls_shape {
    const char *names; /* NULL: where it is reached */
    int64_t from, to;  /* from now */
    int self_signed;
    const char *priorities;
} shapes[TLS_KINDS] = {
    [TLS_SOUND] = {NULL, -DAY, 365 * DAY, 0,
                   "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
    [TLS_EXPIRED] = {NULL, -60 * DAY, -30 * DAY, 0, "NORMAL"},
    [TLS_WRONG_NAME] = {"DNS:elsewhere.invalid", -DAY, 365 * DAY, 0, "NORMAL"},
    [TLS_SELF_SIGNED] = {NULL, -DAY, 365 * DAY, 1, "NORMAL"},
    [TLS_OLD_VERSION] = {NULL, -DAY, 365 * DAY, 0,
                         "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:+SHA1:"
                         "+SIGN-ECDSA-SHA1"},
};

static X509 *server_cert(const struct authority *ca, EVP_PKEY *key,
                         const char *address, const struct tls_shape *shape)
{
    const struct identity *by = &ca->id[CA_TLS];
    X509 *issuer = shape->self_signed ? NULL : by->cert;
    struct name_parts parts = {"DE", NULL, NULL, "Enroll Demo", "localhost"};
    char *names =
        shape->names != NULL
            ? strdup(shape->names)
            : text_format("DNS:localhost,IP:127.0.0.1,IP:::1,IP:%s", address);
    X509_NAME *subject = name_make(&parts);
    int64_t now = (int64_t)time(NULL);
    X509 *cert = NULL;

    if (names != NULL && subject != NULL)
        cert =
            cert_new(subject, key, issuer, now + shape->from, now + shape->to);
    if (cert == NULL ||
        !cert_extend(cert, issuer, NID_basic_constraints,
                     "critical,CA:FALSE") ||
        !cert_extend(cert, issuer, NID_key_usage,
                     "critical,digitalSignature") ||
        !cert_extend(cert, issuer, NID_ext_key_usage, "serverAuth") ||
        !cert_extend(cert, issuer, NID_subject_alt_name, names) ||
        !cert_extend(cert, issuer, NID_subject_key_identifier, "hash") ||
        !cert_extend(cert, issuer, NID_authority_key_identifier,
                     "keyid:always") ||
        !cert_sign(cert, shape->self_signed ? key : by->key, NULL)) {
        X509_free(cert);
        cert = NULL;
    }
    X509_NAME_free(subject);
    free(names);
    return cert;
}

static char *key_pem(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *data = NULL, *pem = NULL;
    long length = 0;

    if (bio != NULL &&
        PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))
        length = BIO_get_mem_data(bio, &data);
    if (length > 0)
        pem = strndup(data, (size_t)length);
    BIO_free(bio);
    return pem;
}

int tls_make(const struct authority *ca, const char *address,
             enum tls_kind kind, struct tls_identity *out)
{
    struct tls_identity tls = {NULL, NULL, shapes[kind].priorities};
    EVP_PKEY *key = key_generate("ec:P-256");
    X509 *cert = NULL;
    int ok;

    if (key != NULL)
        cert = server_cert(ca, key, address, &shapes[kind]);
    if (cert != NULL) {
        tls.cert_pem = cert_pem(cert);
        tls.key_pem = key_pem(key);
    }
    ok = tls.cert_pem != NULL && tls.key_pem != NULL;
    if (ok) {
        *out = tls;
    } else {
        complain_crypto("making the server's certificate");
        tls_clear(&tls);
    }
    X509_free(cert);
    EVP_PKEY_free(key);
    return ok;
}

void tls_clear(struct tls_identity *tls)
{
    if (tls->key_pem != NULL)
        OPENSSL_cleanse(tls->key_pem, strlen(tls->key_pem));
    free(tls->key_pem);
    free(tls->cert_pem);
    tls->key_pem = NULL;
    tls->cert_pem = NULL;
}
