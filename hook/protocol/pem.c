/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the certificates in a delivery by libcrypto's own parsers. Called by
 * the protocols; leaves the error queue as it was.
 */
#include "hook/protocol/pem.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

struct delivery {
    STACK_OF(X509) * certificates;
    const char *why; /* completes "what the manager delivered ..." */
};

/* Takes certificate over. */
static int add(struct delivery *delivery, X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(delivery->certificates); i++) {
        if (X509_cmp(sk_X509_value(delivery->certificates, i), certificate) ==
            0) {
            X509_free(certificate);
            return 1;
        }
    }
    if (sk_X509_num(delivery->certificates) >= ENROLL_CERTIFICATES_MAX) {
        delivery->why = "holds more certificates than a chain can have";
        X509_free(certificate);
        return 0;
    }
    if (sk_X509_push(delivery->certificates, certificate) <= 0) {
        delivery->why = "does not fit into memory";
        X509_free(certificate);
        return 0;
    }
    return 1;
}

static int add_der(struct delivery *delivery, const unsigned char *der,
                   long length)
{
    const unsigned char *at = der;
    X509 *certificate = d2i_X509(NULL, &at, length);

    if (certificate == NULL || at != der + length) {
        X509_free(certificate);
        delivery->why = "holds a certificate that cannot be read";
        return 0;
    }
    return add(delivery, certificate);
}

static int add_pkcs7(struct delivery *delivery, const unsigned char *der,
                     long length)
{
    const unsigned char *at = der;
    PKCS7 *pkcs7 = d2i_PKCS7(NULL, &at, length);
    STACK_OF(X509) *held = NULL;
    int ok = 1;

    delivery->why = "holds a PKCS#7 that is none of certificates";
    if (pkcs7 == NULL || at != der + length ||
        OBJ_obj2nid(pkcs7->type) != NID_pkcs7_signed || pkcs7->d.sign == NULL) {
        PKCS7_free(pkcs7);
        return 0;
    }
    held = pkcs7->d.sign->cert;
    for (int i = 0; ok && i < sk_X509_num(held); i++) {
        X509 *certificate = sk_X509_value(held, i);

        ok = X509_up_ref(certificate) && add(delivery, certificate);
    }
    PKCS7_free(pkcs7);
    return ok;
}

static int is(const char *name, const char *one, const char *other)
{
    return strcmp(name, one) == 0 || strcmp(name, other) == 0;
}

/* All blocks; what is neither certificate nor PKCS#7 is passed over. */
static int add_pem(struct delivery *delivery, BIO *bio)
{
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long length = 0;
    int ok = 1;

    while (ok && PEM_read_bio(bio, &name, &header, &der, &length)) {
        if (is(name, PEM_STRING_X509, PEM_STRING_X509_OLD))
            ok = add_der(delivery, der, length);
        else if (is(name, PEM_STRING_PKCS7, PEM_STRING_PKCS7_SIGNED))
            ok = add_pkcs7(delivery, der, length);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
        name = NULL;
        header = NULL;
        der = NULL;
    }
    if (ok && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        delivery->why = "is damaged PEM";
        return 0;
    }
    return ok;
}

static int add_all(struct delivery *delivery, const unsigned char *data,
                   size_t length)
{
    BIO *bio = NULL;
    int ok = 0;

    if (length == 0 || length > ENROLL_DELIVERY_MAX) {
        delivery->why = length == 0 ? "is empty" : "is larger than a chain";
        return 0;
    }
    if (data[0] == (V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED))
        return add_der(delivery, data, (long)length) ||
               add_pkcs7(delivery, data, (long)length);
    bio = BIO_new_mem_buf(data, (int)length);
    if (bio == NULL)
        return 0;
    ok = add_pem(delivery, bio);
    BIO_free(bio);
    return ok;
}

int enroll_certificates_read(const void *data, size_t length,
                             STACK_OF(X509) * *certificates,
                             struct enroll_problem *problem)
{
    struct delivery delivery = {.why = "does not fit into memory"};
    int ok = 0;

    ERR_set_mark();
    delivery.certificates = sk_X509_new_null();
    ok = delivery.certificates != NULL && add_all(&delivery, data, length);
    ERR_pop_to_mark();
    if (ok && sk_X509_num(delivery.certificates) == 0) {
        delivery.why = "holds no certificate";
        ok = 0;
    }
    if (!ok) {
        sk_X509_pop_free(delivery.certificates, X509_free);
        return enroll_problem_set(problem, ENROLL_VERIFICATION,
                                  "what the manager delivered %s (%zu bytes)",
                                  delivery.why, length);
    }
    *certificates = delivery.certificates;
    return 1;
}
