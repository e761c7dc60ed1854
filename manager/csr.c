/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a request's `csr` may be. Called by enroll.c for each order. Only key
 * and signature matter: the subject comes from the account.
 */
#include "csr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include "scm_codes.h"
#include "text.h"

#define CSR_LIMIT    32768
#define RSA_MIN_BITS 3072
#define RSA_MAX_BITS 8192

int refuse(struct refusal *why, int code, const char *format, ...)
{
    va_list args;

    why->code = code;
    va_start(args, format);
    vsnprintf(why->text, sizeof(why->text), format, args);
    va_end(args);
    return 0;
}

unsigned char *base64_decode(const char *text, size_t *length)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz"
                                   "0123456789+/";
    size_t size = strlen(text);
    size_t padding = size - strspn(text, alphabet);
    unsigned char *data;
    int n;

    if (size == 0 || size % 4 != 0 || size > 1024 * 1024 || padding > 2 ||
        strspn(text + size - padding, "=") != padding)
        return NULL;
    data = malloc(size / 4 * 3 + 1);
    if (data == NULL)
        return NULL;
    n = EVP_DecodeBlock(data, (const unsigned char *)text, (int)size);
    if (n < (int)padding) {
        free(data);
        return NULL;
    }
    *length = (size_t)n - padding;
    return data;
}

static X509_REQ *csr_decode(const char *base64, struct refusal *why)
{
    size_t length = 0;
    unsigned char *der = NULL;
    const unsigned char *p;
    X509_REQ *req = NULL;

    if (strlen(base64) <= CSR_LIMIT)
        der = base64_decode(base64, &length);
    if (der == NULL) {
        refuse(why, SCM_CSR_NOT_BASE64,
               "The CSR is not valid Base-64 data (one line, no "
               "BEGIN and END, no white space)");
        return NULL;
    }
    p = der;
    req = d2i_X509_REQ(NULL, &p, (long)length);
    if (req == NULL || p != der + length) {
        refuse(why, SCM_CSR_NOT_DECODED,
               "An error occurred while decoding the CSR");
        X509_REQ_free(req);
        req = NULL;
    }
    free(der);
    return req;
}

/* An odd exponent of at least 2^16 + 1 (CSBR 6.1.6). */
static int rsa_exponent_ok(EVP_PKEY *key)
{
    BIGNUM *e = NULL;
    int ok = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) &&
             BN_is_odd(e) && BN_num_bits(e) >= 17;

    BN_free(e);
    return ok;
}

static int rsa_check(EVP_PKEY *key, struct refusal *why)
{
    int bits = EVP_PKEY_get_bits(key);

    if (bits < RSA_MIN_BITS)
        return refuse(why, SCM_KEY_TOO_SMALL,
                      "The key size should be %d bits minimum", RSA_MIN_BITS);
    if (bits > RSA_MAX_BITS)
        return refuse(why, SCM_CSR_KEY_SIZE,
                      "The CSR has an unsupported key size: %d bits", bits);
    if (!rsa_exponent_ok(key))
        return refuse(why, SCM_KEY_INVALID,
                      "The public key is invalid or unsupported");
    return 1;
}

static int ec_check(EVP_PKEY *key, struct refusal *why)
{
    static const char *const curves[] = {SN_X9_62_prime256v1, SN_secp384r1,
                                         SN_secp521r1, NULL};
    char name[64] = "with explicit parameters";
    int spelt_out = 0;

    /* A known curve spelt out has its name for libcrypto, but few take it. */
    EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                           &spelt_out);
    if (!spelt_out && EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) &&
        text_among(name, curves))
        return 1;
    return refuse(why, SCM_CSR_KEY_SIZE,
                  "The CSR has an unsupported key size: curve %s", name);
}

static int key_check(EVP_PKEY *key, struct refusal *why)
{
    if (key == NULL)
        return refuse(why, SCM_KEY_INVALID,
                      "The public key is invalid or unsupported");
    if (EVP_PKEY_is_a(key, "RSA"))
        return rsa_check(key, why);
    if (EVP_PKEY_is_a(key, "EC"))
        return ec_check(key, why);
    return refuse(why, SCM_CSR_ALGORITHM,
                  "The CSR uses an unsupported algorithm");
}

static int signature_check(X509_REQ *req, EVP_PKEY *key, struct refusal *why)
{
    int digest = NID_undef;

    OBJ_find_sigid_algs(X509_REQ_get_signature_nid(req), &digest, NULL);
    if (digest == NID_sha1 || digest == NID_md5)
        return refuse(why, SCM_CSR_ALGORITHM,
                      "The CSR uses an unsupported algorithm: %s",
                      OBJ_nid2sn(digest));
    if (X509_REQ_verify(req, key) != 1)
        return refuse(why, SCM_CSR_INVALID,
                      "Invalid CSR: its signature is not by its key");
    return 1;
}

X509_REQ *csr_check(const char *base64, struct refusal *why)
{
    X509_REQ *req = csr_decode(base64, why);
    EVP_PKEY *key;

    if (req != NULL) {
        key = X509_REQ_get0_pubkey(req);
        if (!key_check(key, why) || !signature_check(req, key, why)) {
            X509_REQ_free(req);
            req = NULL;
        }
    }
    ERR_clear_error();
    return req;
}
