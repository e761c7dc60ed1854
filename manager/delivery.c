/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a download holds. Called by certificates.c for an issued order.
 */
#include "delivery.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

#include "authority.h"
#include "orders.h"

#define DAY ((int64_t)86400)

/* Each letter is a certificate: leaf, intermediate, root, and the root's
 * name and key certified by the intermediate, which closes a loop. */
static const struct way {
    const char *name;
    const char *content;
} ways[] = {
    {"unordered", "il"},  {"incomplete", "l"},  {"missing-leaf", "i"},
    {"duplicate", "lli"}, {"with-root", "lir"}, {"looped", "lix"},
};

/* The root's name and key, issued by the intermediate that it issued. */
static X509 *root_looped(const struct authority *ca)
{
    const struct identity *root = &ca->id[CA_ROOT];
    const struct identity *by = &ca->id[CA_ISSUING];
    int64_t now = (int64_t)time(NULL);
    X509 *cert = cert_new(X509_get_subject_name(root->cert), root->key,
                          by->cert, now - DAY, now + 365 * DAY);

    if (cert != NULL &&
        cert_extend(cert, by->cert, NID_basic_constraints,
                    "critical,CA:TRUE") &&
        cert_extend(cert, by->cert, NID_key_usage,
                    "critical,keyCertSign,cRLSign") &&
        cert_extend(cert, by->cert, NID_subject_key_identifier, "hash") &&
        cert_extend(cert, by->cert, NID_authority_key_identifier,
                    "keyid:always") &&
        cert_sign(cert, by->key, NULL))
        return cert;
    X509_free(cert);
    return NULL;
}

static int write_pem(BIO *bio, const struct authority *ca, X509 *leaf,
                     const char *content)
{
    X509 *looped = NULL;
    int ok = 1;

    for (; ok && *content != '\0'; content++) {
        X509 *cert = leaf;

        if (*content == 'i')
            cert = ca->id[CA_ISSUING].cert;
        else if (*content == 'r')
            cert = ca->id[CA_ROOT].cert;
        else if (*content == 'x')
            cert = looped = root_looped(ca);
        ok = cert != NULL && PEM_write_bio_X509(bio, cert);
    }
    X509_free(looped);
    return ok;
}

static int write_pkcs7(BIO *bio, const struct authority *ca, X509 *leaf)
{
    PKCS7 *p7 = PKCS7_new();
    int ok = p7 != NULL && PKCS7_set_type(p7, NID_pkcs7_signed) &&
             PKCS7_content_new(p7, NID_pkcs7_data) &&
             PKCS7_set_detached(p7, 1) && PKCS7_add_certificate(p7, leaf) &&
             PKCS7_add_certificate(p7, ca->id[CA_ISSUING].cert) &&
             PEM_write_bio_PKCS7(bio, p7);

    PKCS7_free(p7);
    return ok;
}

static int write_garbage(BIO *bio)
{
    return BIO_puts(bio,
                    "-----BEGIN CERTIFICATE-----\n"
                    "VGhpcyBpcyBub3QgYSBjZXJ0aWZpY2F0ZSwgb25seSB0ZXh0Lg==\n"
                    "-----END CERTIFICATE-----\n") > 0;
}

static int delivery_write(BIO *bio, const struct authority *ca, X509 *leaf,
                          const char *how)
{
    size_t i;

    if (how == NULL)
        how = "";
    if (strcmp(how, "pkcs7") == 0)
        return write_pkcs7(bio, ca, leaf);
    if (strcmp(how, "der") == 0)
        return i2d_X509_bio(bio, leaf);
    if (strcmp(how, "garbage") == 0)
        return write_garbage(bio);
    for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        if (strcmp(ways[i].name, how) == 0)
            return write_pem(bio, ca, leaf, ways[i].content);
    return write_pem(bio, ca, leaf, "li");
}

int delivery_make(const struct authority *ca, const struct order *order,
                  const char *how, char **body, size_t *length)
{
    const unsigned char *p = order->certificate;
    X509 *leaf = d2i_X509(NULL, &p, order->certificate_length);
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long size = 0;

    if (leaf != NULL && bio != NULL && delivery_write(bio, ca, leaf, how))
        size = BIO_get_mem_data(bio, &data);
    if (size > 0)
        *body = malloc((size_t)size);
    if (size > 0 && *body != NULL) {
        memcpy(*body, data, (size_t)size);
        *length = (size_t)size;
    } else {
        complain_crypto("delivering a certificate");
        size = 0;
    }
    X509_free(leaf);
    BIO_free(bio);
    return size > 0;
}
