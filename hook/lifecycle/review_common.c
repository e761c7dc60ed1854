/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that hold for leaf and issuers alike (CSBR 6.1.5.2, 7.1, 7.1.3.2).
 * Called by review_leaf.c and review_issuer.c; pure.
 */
#include "hook/lifecycle/review.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

void enroll_find_fault(struct enroll_findings *findings, const char *format,
                       ...)
{
    va_list args;

    if (findings->fault[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(findings->fault, sizeof(findings->fault), format, args);
    va_end(args);
}

void enroll_find_warning(struct enroll_findings *findings, const char *format,
                         ...)
{
    size_t used = strlen(findings->warnings);
    char text[200];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (used + strlen(text) + 3 < sizeof(findings->warnings))
        sprintf(findings->warnings + used, "%s%s", used > 0 ? "; " : "", text);
}

void enroll_review_signature(X509 *certificate,
                             struct enroll_findings *findings)
{
    int digest = NID_undef, security = 0;

    if (!X509_get_signature_info(certificate, &digest, NULL, &security, NULL) ||
        (digest != NID_sha256 && digest != NID_sha384 && digest != NID_sha512))
        enroll_find_fault(findings, "it is signed with %s instead of SHA-2",
                          digest == NID_undef ? "an unknown digest"
                                              : OBJ_nid2sn(digest));
}

static int curve_ok(const EVP_PKEY *key)
{
    static const int curves[] = {NID_X9_62_prime256v1, NID_secp384r1,
                                 NID_secp521r1};
    char name[64] = "";

    EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name,
                                   sizeof(name), NULL);
    for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
        if (OBJ_txt2nid(name) == curves[i])
            return 1;
    return 0;
}

void enroll_review_key(X509 *certificate, int rsa_bits,
                       struct enroll_findings *findings)
{
    const EVP_PKEY *key = X509_get0_pubkey(certificate);

    if (key == NULL)
        enroll_find_fault(findings, "its key can't be read");
    else if (EVP_PKEY_is_a(key, "RSA")) {
        if (EVP_PKEY_get_bits(key) < rsa_bits)
            enroll_find_fault(findings, "its RSA key has %d bits, less than %d",
                              EVP_PKEY_get_bits(key), rsa_bits);
    } else if (!EVP_PKEY_is_a(key, "EC") || !curve_ok(key)) {
        enroll_find_fault(findings, "its key is neither RSA nor of the curves "
                                    "P-256, P-384, P-521");
    }
}

/* RFC 5280, 4.1.2.2; CSBR 7.1 wants 64 random bits. */
void enroll_review_serial(X509 *certificate, struct enroll_findings *findings)
{
    BIGNUM *serial =
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);

    if (serial == NULL || BN_is_negative(serial) || BN_is_zero(serial) ||
        BN_num_bytes(serial) > 20)
        enroll_find_fault(findings, "its serial number is not between 1 and "
                                    "20 octets");
    else if (BN_num_bytes(serial) < 8)
        enroll_find_warning(findings, "the serial number is shorter than 8 "
                                      "octets");
    BN_free(serial);
}

int enroll_review_has_purpose(X509 *certificate, int nid)
{
    EXTENDED_KEY_USAGE *usage =
        X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
    int found = 0;

    for (int i = 0; !found && i < sk_ASN1_OBJECT_num(usage); i++)
        found = OBJ_obj2nid(sk_ASN1_OBJECT_value(usage, i)) == nid;
    EXTENDED_KEY_USAGE_free(usage);
    return found;
}
