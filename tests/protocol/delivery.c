/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes in which certificates are delivered. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "hook/protocol/pem.h"

#include "tests/unit/check.h"

#define COUNT (ENROLL_CERTIFICATES_MAX + 1)

static X509 *certificates[COUNT];

static void make_certificates(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");

    for (long i = 0; i < COUNT; i++) {
        X509 *made = X509_new();

        CHECK(made != NULL && X509_set_pubkey(made, key) &&
              ASN1_INTEGER_set(X509_get_serialNumber(made), i + 1) &&
              X509_gmtime_adj(X509_getm_notBefore(made), 0) != NULL &&
              X509_gmtime_adj(X509_getm_notAfter(made), 60) != NULL &&
              X509_sign(made, key, EVP_sha256()) > 0);
        certificates[i] = made;
    }
    EVP_PKEY_free(key);
}

/* ----- deliveries ----- */

static void add_pem(BIO *bio, int first, int count)
{
    for (int i = first; i < first + count; i++)
        CHECK(PEM_write_bio_X509(bio, certificates[i]));
}

static PKCS7 *make_pkcs7(int count)
{
    PKCS7 *pkcs7 = PKCS7_new();

    CHECK(pkcs7 != NULL && PKCS7_set_type(pkcs7, NID_pkcs7_signed) &&
          PKCS7_content_new(pkcs7, NID_pkcs7_data));
    for (int i = 0; i < count; i++)
        CHECK(PKCS7_add_certificate(pkcs7, certificates[i]));
    return pkcs7;
}

/* count certificates are found in what bio holds; 0: it is refused. */
static void finds_bytes(const void *data, size_t length, int count,
                        const char *name)
{
    STACK_OF(X509) *found = NULL;
    struct enroll_problem problem = {ENROLL_OK, ""};
    int ok = enroll_certificates_read(data, length, &found, &problem);

    if (ok != (count > 0) || (ok && sk_X509_num(found) != count)) {
        fprintf(stderr, "%s: found %d instead of %d: %s\n", name,
                ok ? sk_X509_num(found) : 0, count, problem.line);
        check_failures++;
    }
    if (!ok) {
        CHECK(found == NULL);
        CHECK(problem.class == ENROLL_VERIFICATION);
        CHECK(problem.line[0] != '\0');
    }
    CHECK(ERR_peek_error() == 0);
    sk_X509_pop_free(found, X509_free);
}

static void finds(BIO *bio, int count, const char *name)
{
    char *data = NULL;
    long length = BIO_get_mem_data(bio, &data);

    finds_bytes(data, (size_t)length, count, name);
    BIO_free(bio);
}

static void pem(void)
{
    BIO *bio = BIO_new(BIO_s_mem());
    EVP_PKEY *key = EVP_EC_gen("P-256");

    add_pem(bio, 0, 3);
    finds(bio, 3, "three in PEM");

    bio = BIO_new(BIO_s_mem());
    BIO_puts(bio, "Bag Attributes\r\n  localKeyID: 01\r\nsubject=CN = x\r\n");
    add_pem(bio, 0, 1);
    BIO_puts(bio, "\n\nissuer=CN = y\n");
    CHECK(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    add_pem(bio, 1, 1);
    BIO_puts(bio, "no line end");
    finds(bio, 2, "text and a key around them");
    EVP_PKEY_free(key);

    bio = BIO_new(BIO_s_mem());
    add_pem(bio, 0, 2);
    add_pem(bio, 0, 2);
    finds(bio, 2, "each twice");

    bio = BIO_new(BIO_s_mem());
    add_pem(bio, 0, ENROLL_CERTIFICATES_MAX);
    finds(bio, ENROLL_CERTIFICATES_MAX, "as many as there may be");

    bio = BIO_new(BIO_s_mem());
    add_pem(bio, 0, ENROLL_CERTIFICATES_MAX + 1);
    finds(bio, 0, "one more");
}

static void damaged(void)
{
    static const char text[] = "<html><body>come back later</body></html>";
    static const char not_der[] = "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                  "-----END CERTIFICATE-----\n";
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long length = 0;
    char *large = NULL;

    add_pem(bio, 0, 2);
    length = BIO_get_mem_data(bio, &data);
    /* Cut anywhere in the second block the first must not pass for all. */
    for (long cut = length / 2 + 30; cut < length - 30; cut += 7)
        finds_bytes(data, (size_t)cut, 0, "cut");
    BIO_free(bio);

    finds_bytes("", 0, 0, "nothing");
    finds_bytes(text, sizeof(text) - 1, 0, "HTML");
    finds_bytes(not_der, sizeof(not_der) - 1, 0, "PEM of something else");
    finds_bytes("\x30\x82\xff\xff", 4, 0, "DER of nothing");
    large = OPENSSL_zalloc(ENROLL_DELIVERY_MAX + 1);
    finds_bytes(large, ENROLL_DELIVERY_MAX + 1, 0, "too much");
    finds_bytes(large, ENROLL_DELIVERY_MAX, 0, "zeroes");
    OPENSSL_free(large);
}

static void der(void)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PKCS7 *pkcs7 = make_pkcs7(2);

    CHECK(i2d_X509_bio(bio, certificates[0]));
    finds(bio, 1, "one in DER");

    bio = BIO_new(BIO_s_mem());
    CHECK(i2d_X509_bio(bio, certificates[0]));
    BIO_puts(bio, "x");
    finds(bio, 0, "DER and more");

    bio = BIO_new(BIO_s_mem());
    CHECK(i2d_PKCS7_bio(bio, pkcs7));
    finds(bio, 2, "PKCS#7 in DER");

    bio = BIO_new(BIO_s_mem());
    BIO_puts(bio, "Certificates follow\n");
    CHECK(PEM_write_bio_PKCS7(bio, pkcs7));
    finds(bio, 2, "PKCS#7 in PEM");
    PKCS7_free(pkcs7);

    bio = BIO_new(BIO_s_mem());
    pkcs7 = make_pkcs7(0);
    CHECK(i2d_PKCS7_bio(bio, pkcs7));
    finds(bio, 0, "PKCS#7 of none");
    PKCS7_free(pkcs7);

    bio = BIO_new(BIO_s_mem());
    pkcs7 = PKCS7_new();
    CHECK(PKCS7_set_type(pkcs7, NID_pkcs7_data));
    CHECK(i2d_PKCS7_bio(bio, pkcs7));
    finds(bio, 0, "PKCS#7 of data");
    PKCS7_free(pkcs7);
}

int main(void)
{
    make_certificates();
    pem();
    damaged();
    der();
    for (size_t i = 0; i < COUNT; i++)
        X509_free(certificates[i]);
    return CHECK_DONE();
}
