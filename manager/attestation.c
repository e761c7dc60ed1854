/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key attestation. The value's encoding for YUBIKEY is documented (base64 of
 * the PEM of attestation and intermediate); that a mismatch is refused, and
 * with which code, is OURS: SCM documents neither.
 */
#include "attestation.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "csr.h"
#include "scm_codes.h"

/* The first certificate is the attestation, and its key the CSR's. */
static int yubikey_speaks_of(const unsigned char *pem, size_t length,
                             EVP_PKEY *key)
{
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    X509 *attest = NULL, *issuer = NULL;
    int ok = 0;

    if (bio != NULL) {
        attest = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        issuer = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    }
    if (attest != NULL && issuer != NULL)
        ok = EVP_PKEY_eq(X509_get0_pubkey(attest), key) == 1 &&
             X509_verify(attest, X509_get0_pubkey(issuer)) == 1;
    X509_free(attest);
    X509_free(issuer);
    BIO_free(bio);
    ERR_clear_error();
    return ok;
}

int attestation_check(const char *hsm_type, const char *attestation,
                      EVP_PKEY *key, struct refusal *why)
{
    size_t length = 0;
    unsigned char *evidence = base64_decode(attestation, &length);
    int ok = evidence != NULL && hsm_type != NULL;

    if (ok && strcmp(hsm_type, "YUBIKEY") == 0)
        ok = yubikey_speaks_of(evidence, length, key);
    free(evidence);
    if (!ok)
        return refuse(why, SCM_FIELD_INVALID,
                      "Field 'attestation' has invalid value");
    return 1;
}
