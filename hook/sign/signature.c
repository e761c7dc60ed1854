/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and completes Authenticode signatures. Called by sign for what it has
 * made and for what it finds in a file; trusts no certificate by itself.
 */
#include "hook/sign/signature.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#define TOKEN_OID "1.3.6.1.4.1.311.3.3.1"

static PKCS7_SIGNER_INFO *signer_info(PKCS7 *signature)
{
    STACK_OF(PKCS7_SIGNER_INFO) *infos = NULL;

    if (signature == NULL || !PKCS7_type_is_signed(signature) ||
        signature->d.sign == NULL || signature->d.sign->contents == NULL)
        return NULL;
    infos = PKCS7_get_signer_info(signature);
    return sk_PKCS7_SIGNER_INFO_num(infos) == 1
               ? sk_PKCS7_SIGNER_INFO_value(infos, 0)
               : NULL;
}

static PKCS7 *read_from(const char *path, int pem)
{
    BIO *in = BIO_new_file(path, "rb");
    PKCS7 *signature = NULL;

    ERR_set_mark();
    if (in != NULL)
        signature = pem ? PEM_read_bio_PKCS7(in, NULL, NULL, NULL)
                        : d2i_PKCS7_bio(in, NULL);
    ERR_pop_to_mark();
    BIO_free(in);
    if (signer_info(signature) != NULL)
        return signature;
    PKCS7_free(signature);
    return NULL;
}

PKCS7 *enroll_signature_from_pem(const char *path)
{
    return read_from(path, 1);
}

PKCS7 *enroll_signature_from_der(const char *path)
{
    return read_from(path, 0);
}

X509 *enroll_signature_signer(PKCS7 *signature)
{
    PKCS7_SIGNER_INFO *info = signer_info(signature);
    X509 *signer = NULL;

    if (info == NULL)
        return NULL;
    ERR_set_mark();
    signer = PKCS7_cert_from_signer_info(signature, info);
    ERR_pop_to_mark();
    return signer;
}

/* What is inside the content's outermost SEQUENCE: that is what is hashed. */
static const unsigned char *content(PKCS7 *signature, long *length)
{
    const PKCS7 *contents = signature->d.sign->contents;
    const ASN1_TYPE *other;
    const unsigned char *at = NULL;
    int tag = 0, class = 0;

    /* A type libcrypto knows by name is not SpcIndirectDataContent. */
    if (contents->type == NULL || OBJ_obj2nid(contents->type) == NID_pkcs7_data)
        return NULL;
    other = contents->d.other;
    if (other == NULL || ASN1_TYPE_get(other) != V_ASN1_SEQUENCE)
        return NULL;
    at = ASN1_STRING_get0_data(other->value.sequence);
    if (ASN1_get_object(&at, length, &tag, &class,
                        ASN1_STRING_length(other->value.sequence)) &
        0x80)
        return NULL;
    return at;
}

/* A chain that has hashed the content, as PKCS7_signatureVerify expects it. */
static BIO *hashed(PKCS7 *signature, const PKCS7_SIGNER_INFO *info)
{
    const ASN1_OBJECT *name = NULL;
    const EVP_MD *digest = NULL;
    const unsigned char *bytes;
    BIO *hash = NULL, *nowhere = NULL;
    long length = 0;

    X509_ALGOR_get0(&name, NULL, NULL, info->digest_alg);
    digest = EVP_get_digestbyobj(name);
    bytes = content(signature, &length);
    if (digest == NULL || bytes == NULL)
        return NULL;
    hash = BIO_new(BIO_f_md());
    nowhere = BIO_new(BIO_s_null());
    if (hash == NULL || nowhere == NULL || !BIO_set_md(hash, digest)) {
        BIO_free(hash);
        BIO_free(nowhere);
        return NULL;
    }
    BIO_push(hash, nowhere);
    if (BIO_write(hash, bytes, (int)length) == (int)length)
        return hash;
    BIO_free_all(hash);
    return NULL;
}

int enroll_signature_valid(PKCS7 *signature)
{
    PKCS7_SIGNER_INFO *info = signer_info(signature);
    X509 *signer = enroll_signature_signer(signature);
    BIO *hash = NULL;
    int valid = 0;

    if (info == NULL || signer == NULL)
        return 0;
    ERR_set_mark();
    hash = hashed(signature, info);
    /* Unsigned attributes only: then the digest is not even compared. */
    if (hash != NULL && PKCS7_get_signed_attributes(info) != NULL)
        valid = PKCS7_signatureVerify(hash, signature, info, signer) == 1;
    ERR_pop_to_mark();
    BIO_free_all(hash);
    return valid;
}

const unsigned char *enroll_signature_value(PKCS7 *signature, size_t *length)
{
    const PKCS7_SIGNER_INFO *info = signer_info(signature);

    if (info == NULL || info->enc_digest == NULL)
        return NULL;
    *length = (size_t)ASN1_STRING_length(info->enc_digest);
    return ASN1_STRING_get0_data(info->enc_digest);
}

/* The attribute's only value, or NULL. */
static const ASN1_TYPE *token_value(const PKCS7_SIGNER_INFO *info,
                                    const ASN1_OBJECT *oid)
{
    X509_ATTRIBUTE *found = NULL;

    for (int i = 0; i < sk_X509_ATTRIBUTE_num(info->unauth_attr); i++) {
        X509_ATTRIBUTE *one = sk_X509_ATTRIBUTE_value(info->unauth_attr, i);

        if (OBJ_cmp(X509_ATTRIBUTE_get0_object(one), oid) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = one;
    }
    if (found == NULL || X509_ATTRIBUTE_count(found) != 1)
        return NULL;
    return X509_ATTRIBUTE_get0_type(found, 0);
}

PKCS7 *enroll_signature_token(PKCS7 *signature)
{
    const PKCS7_SIGNER_INFO *info = signer_info(signature);
    ASN1_OBJECT *oid = OBJ_txt2obj(TOKEN_OID, 1);
    const ASN1_TYPE *value = NULL;
    PKCS7 *token = NULL;

    ERR_set_mark();
    if (info != NULL && oid != NULL)
        value = token_value(info, oid);
    if (value != NULL && ASN1_TYPE_get(value) == V_ASN1_SEQUENCE) {
        const unsigned char *at = ASN1_STRING_get0_data(value->value.sequence);

        token = d2i_PKCS7(NULL, &at, ASN1_STRING_length(value->value.sequence));
    }
    ERR_pop_to_mark();
    ASN1_OBJECT_free(oid);
    return token;
}

int enroll_signature_add_token(PKCS7 *signature, PKCS7 *token)
{
    PKCS7_SIGNER_INFO *info = signer_info(signature);
    ASN1_OBJECT *oid = OBJ_txt2obj(TOKEN_OID, 1);
    X509_ATTRIBUTE *attribute = NULL;
    unsigned char *der = NULL;
    int length = i2d_PKCS7(token, &der), ok = 0;

    if (info == NULL || oid == NULL || length <= 0)
        goto out;
    attribute =
        X509_ATTRIBUTE_create_by_OBJ(NULL, oid, V_ASN1_SEQUENCE, der, length);
    if (info->unauth_attr == NULL)
        info->unauth_attr = sk_X509_ATTRIBUTE_new_null();
    if (attribute == NULL || info->unauth_attr == NULL ||
        sk_X509_ATTRIBUTE_push(info->unauth_attr, attribute) <= 0)
        goto out;
    attribute = NULL;
    ok = 1;
out:
    X509_ATTRIBUTE_free(attribute);
    ASN1_OBJECT_free(oid);
    OPENSSL_free(der);
    return ok;
}

int enroll_signature_write(PKCS7 *signature, int pem, const char *path,
                           struct enroll_problem *problem)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    BIO *out = fd < 0 ? NULL : BIO_new_fd(fd, BIO_CLOSE);
    int error = errno, ok = 0;

    if (out != NULL) {
        errno = 0;
        ok = pem ? PEM_write_bio_PKCS7(out, signature)
                 : i2d_PKCS7_bio(out, signature);
        error = errno;
    } else if (fd >= 0) {
        close(fd);
    }
    if (!BIO_free(out))
        ok = 0;
    if (ok)
        return 1;
    return enroll_problem_set(problem, ENROLL_INTERNAL, "cannot write %s: %s",
                              path, error == 0 ? "no memory" : strerror(error));
}
