/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making X.509 certificates with libcrypto. Which extensions a certificate
 * gets is the business of the callers: authority.c, tls.c and leaf.c.
 */
#include "certificate.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "text.h"

void complain_crypto(const char *what)
{
    unsigned long code = ERR_peek_last_error();
    char reason[256] = "no reason given";

    if (code != 0)
        ERR_error_string_n(code, reason, sizeof(reason));
    ERR_clear_error();
    complain("%s: %s", what, reason);
}

void identity_clear(struct identity *id)
{
    EVP_PKEY_free(id->key);
    X509_free(id->cert);
    id->key = NULL;
    id->cert = NULL;
}

static int name_add(X509_NAME *name, const char *field, const char *value)
{
    return value == NULL ||
           X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      (const unsigned char *)value, -1, -1, 0);
}

X509_NAME *name_make(const struct name_parts *parts)
{
    X509_NAME *name = X509_NAME_new();

    if (name != NULL && name_add(name, "C", parts->country) &&
        name_add(name, "ST", parts->state) &&
        name_add(name, "L", parts->locality) &&
        name_add(name, "O", parts->organization) &&
        name_add(name, "CN", parts->common_name))
        return name;
    X509_NAME_free(name);
    return NULL;
}

/* 20 octets, the first between 0x40 and 0x7f: positive and of full length. */
static int serial_random(ASN1_INTEGER *serial)
{
    unsigned char raw[20];
    BIGNUM *number = NULL;
    int ok;

    if (RAND_bytes(raw, sizeof(raw)) != 1)
        return 0;
    raw[0] = (unsigned char)((raw[0] & 0x3f) | 0x40);
    number = BN_bin2bn(raw, sizeof(raw), NULL);
    ok = number != NULL && BN_to_ASN1_INTEGER(number, serial) != NULL;
    BN_free(number);
    return ok;
}

X509 *cert_new(const X509_NAME *subject, EVP_PKEY *key, const X509 *issuer,
               int64_t not_before, int64_t not_after)
{
    X509 *cert = X509_new();
    const X509_NAME *issued_by = subject;

    if (issuer != NULL)
        issued_by = X509_get_subject_name(issuer);
    if (cert != NULL && X509_set_version(cert, X509_VERSION_3) &&
        serial_random(X509_get_serialNumber(cert)) &&
        X509_set_subject_name(cert, subject) &&
        X509_set_issuer_name(cert, issued_by) &&
        ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)not_before) &&
        ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)not_after) &&
        X509_set_pubkey(cert, key))
        return cert;
    X509_free(cert);
    return NULL;
}

int cert_extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
    /* Policies are looked for in a configuration, even if it says nothing. */
    CONF *conf = NCONF_new(NULL);
    X509_EXTENSION *ext = NULL;
    X509V3_CTX ctx;
    int ok;

    X509V3_set_ctx(&ctx, issuer != NULL ? issuer : cert, cert, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, conf);
    if (conf != NULL)
        ext = X509V3_EXT_nconf_nid(conf, &ctx, nid, value);
    ok = ext != NULL && X509_add_ext(cert, ext, -1);
    X509_EXTENSION_free(ext);
    NCONF_free(conf);
    return ok;
}

const EVP_MD *key_digest(const EVP_PKEY *key)
{
    if (EVP_PKEY_is_a(key, "EC")) {
        if (EVP_PKEY_get_bits(key) > 384)
            return EVP_sha512();
        if (EVP_PKEY_get_bits(key) > 256)
            return EVP_sha384();
    }
    return EVP_sha256();
}

int cert_sign(X509 *cert, EVP_PKEY *key, const EVP_MD *digest)
{
    return X509_sign(cert, key, digest != NULL ? digest : key_digest(key)) > 0;
}

static const struct key_type {
    const char *name;
    const char *algorithm;
    const char *curve;
    size_t bits;
} key_types[] = {
    {"rsa:3072", "RSA", NULL, 3072},  {"rsa:4096", "RSA", NULL, 4096},
    {"ec:P-256", "EC", "P-256", 256}, {"ec:P-384", "EC", "P-384", 384},
    {"ec:P-521", "EC", "P-521", 521},
};

static const struct key_type *key_type_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(key_types) / sizeof(key_types[0]); i++)
        if (strcmp(key_types[i].name, name) == 0)
            return &key_types[i];
    return NULL;
}

int key_type_known(const char *type)
{
    return key_type_find(type) != NULL;
}

EVP_PKEY *key_generate(const char *type)
{
    const struct key_type *t = key_type_find(type);

    if (t == NULL)
        return NULL;
    if (t->curve != NULL)
        return EVP_PKEY_Q_keygen(NULL, NULL, t->algorithm, t->curve);
    return EVP_PKEY_Q_keygen(NULL, NULL, t->algorithm, t->bits);
}

char *cert_pem(X509 *cert)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL, *pem = NULL;
    long length;

    if (bio != NULL && PEM_write_bio_X509(bio, cert)) {
        length = BIO_get_mem_data(bio, &data);
        if (length > 0)
            pem = strndup(data, (size_t)length);
    }
    BIO_free(bio);
    return pem;
}

char *cert_serial(const X509 *cert)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);

    return text_hex(ASN1_STRING_get0_data(serial),
                    (size_t)ASN1_STRING_length(serial));
}
