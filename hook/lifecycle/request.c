/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes certificate requests. Called by intent.c. The subject is what the
 * profile expects; a CA replaces it by what it has verified.
 */
#include "hook/lifecycle/request.h"

#include <string.h>

#include <openssl/evp.h>

#include "hook/subject.h"

static X509_NAME *request_subject(const struct enroll_profile *profile)
{
    X509_NAME *name = NULL;

    if (profile->subject != NULL)
        return enroll_subject_parse(profile->subject);
    name = X509_NAME_new();
    if (name != NULL && !X509_NAME_add_entry_by_txt(
                            name, "CN", MBSTRING_UTF8,
                            (const unsigned char *)profile->name, -1, -1, 0)) {
        X509_NAME_free(name);
        name = NULL;
    }
    return name;
}

static char *encode(X509_REQ *csr)
{
    unsigned char *der = NULL;
    int length = i2d_X509_REQ(csr, &der);
    char *text = NULL;

    if (length > 0) {
        text = OPENSSL_malloc(((size_t)length + 2) / 3 * 4 + 1);
        if (text != NULL)
            EVP_EncodeBlock((unsigned char *)text, der, length);
    }
    OPENSSL_free(der);
    return text;
}

int enroll_request_make(const struct enroll_profile *profile,
                        const struct enroll_custody *custody,
                        struct enroll_custody_key *key, char **csr,
                        struct enroll_problem *problem)
{
    X509_REQ *request = X509_REQ_new();
    X509_NAME *name = request_subject(profile);
    char *text = NULL;
    int ok;

    ok = request != NULL && name != NULL && X509_REQ_set_version(request, 0) &&
         X509_REQ_set_subject_name(request, name) &&
         X509_REQ_set_pubkey(request, custody->public_key(key));
    if (!ok)
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "cannot make a certificate request");
    ok = ok && custody->sign_csr(key, request, problem);
    if (ok && (text = encode(request)) == NULL)
        ok = enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    X509_REQ_free(request);
    X509_NAME_free(name);
    if (ok)
        *csr = text;
    return ok;
}

X509_REQ *enroll_request_decode(const char *csr)
{
    size_t length = strlen(csr);
    unsigned char *der = OPENSSL_malloc(length + 1);
    const unsigned char *at = der;
    X509_REQ *request = NULL;
    int size = -1;

    if (der != NULL && length > 0)
        size = EVP_DecodeBlock(der, (const unsigned char *)csr, (int)length);
    if (size > 0)
        request = d2i_X509_REQ(NULL, &at, size);
    OPENSSL_free(der);
    return request;
}

int enroll_request_key_fits(const EVP_PKEY *pkey, enum enroll_key_type type)
{
    int bits = EVP_PKEY_get_bits(pkey);

    switch (type) {
    case ENROLL_RSA_3072: return EVP_PKEY_is_a(pkey, "RSA") && bits == 3072;
    case ENROLL_RSA_4096: return EVP_PKEY_is_a(pkey, "RSA") && bits == 4096;
    case ENROLL_EC_P256: return EVP_PKEY_is_a(pkey, "EC") && bits == 256;
    case ENROLL_EC_P384: return EVP_PKEY_is_a(pkey, "EC") && bits == 384;
    }
    return 0;
}
