/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has libcrypto look a certificate up in a list: signature, scope and
 * extensions are its to judge, the clock's tolerance is ours. Called by look.c;
 * touches neither network nor disk.
 */
#include "hook/revocation/crl.h"

#include <limits.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <openssl/x509_vfy.h>

static X509_CRL *read_crl(const void *data, size_t length)
{
    const unsigned char *at = data, *end = at + length;
    X509_CRL *crl = NULL;
    BIO *bio = NULL;

    if (length > INT_MAX)
        return NULL;
    crl = d2i_X509_CRL(NULL, &at, (long)length);
    if (crl != NULL && at != end) {
        X509_CRL_free(crl);
        return NULL;
    }
    if (crl != NULL)
        return crl;
    bio = BIO_new_mem_buf(data, (int)length);
    if (bio != NULL)
        crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return crl;
}

/*
 * The chain was reviewed when it was taken into use, and its dates are judged
 * elsewhere; a list's dates have the tolerance that clocks are allowed.
 */
static int allow_dates(int ok, X509_STORE_CTX *context)
{
    const struct enroll_revocation_of *of =
        X509_STORE_CTX_get_app_data(context);
    const X509_CRL *crl = X509_STORE_CTX_get0_current_crl(context);

    if (ok)
        return ok;
    switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED: return 1;
    case X509_V_ERR_CRL_NOT_YET_VALID:
        return crl != NULL &&
               ASN1_TIME_cmp_time_t(X509_CRL_get0_lastUpdate(crl),
                                    of->now + of->tolerance) <= 0;
    case X509_V_ERR_CRL_HAS_EXPIRED:
        return crl != NULL &&
               ASN1_TIME_cmp_time_t(X509_CRL_get0_nextUpdate(crl),
                                    of->now - of->tolerance) >= 0;
    default: return 0;
    }
}

/* An X509_V_... code; OK if the leaf is not in the list. */
static int look_up(X509_CRL *crl, const struct enroll_revocation_of *of)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509_CRL) *crls = sk_X509_CRL_new_null();
    int code = X509_V_ERR_OUT_OF_MEM;

    if (store == NULL || context == NULL || crls == NULL ||
        sk_X509_CRL_push(crls, crl) <= 0 ||
        X509_STORE_add_cert(store, of->issuer) != 1 ||
        X509_STORE_CTX_init(context, store, of->leaf, NULL) != 1)
        goto out;
    X509_STORE_CTX_set0_crls(context, crls);
    X509_STORE_CTX_set_flags(context,
                             X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK);
    X509_STORE_CTX_set_time(context, 0, of->now);
    X509_STORE_CTX_set_verify_cb(context, allow_dates);
    if (X509_STORE_CTX_set_app_data(context, (void *)of) != 1)
        goto out;
    code = X509_verify_cert(context) == 1 ? X509_V_OK
                                          : X509_STORE_CTX_get_error(context);
out:
    X509_STORE_CTX_free(context);
    sk_X509_CRL_free(crls);
    X509_STORE_free(store);
    return code;
}

/*
 * Speaks of every certificate of its issuer's that is no authority's. Not
 * left to libcrypto: its 3.5 takes a delta list without a number for a whole
 * one.
 */
static int complete(const X509_CRL *crl)
{
    int critical = 0, whole;
    ISSUING_DIST_POINT *scope = X509_CRL_get_ext_d2i(
        crl, NID_issuing_distribution_point, &critical, NULL);

    whole = scope == NULL
                ? critical == -1
                : scope->onlyCA <= 0 && scope->onlyattr <= 0 &&
                      scope->indirectCRL <= 0 && scope->onlysomereasons == NULL;
    ISSUING_DIST_POINT_free(scope);
    return whole && X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) < 0;
}

static void tell_revoked(X509_CRL *crl, X509 *leaf,
                         struct enroll_revocation_result *result)
{
    X509_REVOKED *entry = NULL;
    ASN1_ENUMERATED *code = NULL;
    int reason = -1;

    if (X509_CRL_get0_by_cert(crl, &entry, leaf) == 0)
        entry = NULL;
    else
        code = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    if (code != NULL)
        reason = (int)ASN1_ENUMERATED_get(code);
    ASN1_ENUMERATED_free(code);
    enroll_revocation_revoked(
        result, "CRL", reason,
        entry == NULL ? NULL : X509_REVOKED_get0_revocationDate(entry));
}

void enroll_crl_judge(const void *data, size_t length,
                      const struct enroll_revocation_of *of,
                      struct enroll_revocation_result *result)
{
    X509_CRL *crl = read_crl(data, length);
    int code;

    if (crl == NULL) {
        enroll_revocation_unknown(result, "its answer is no revocation list");
        goto out;
    }
    /* Without it there would be no telling how old it may get. */
    if (X509_CRL_get0_nextUpdate(crl) == NULL) {
        enroll_revocation_unknown(result, "its list does not say when the "
                                          "next one comes");
        goto out;
    }
    code = complete(crl) ? look_up(crl, of) : X509_V_ERR_DIFFERENT_CRL_SCOPE;
    if (code == X509_V_OK)
        enroll_revocation_good(result, "CRL");
    else if (code == X509_V_ERR_CERT_REVOKED)
        tell_revoked(crl, of->leaf, result);
    else if (code == X509_V_ERR_UNABLE_TO_GET_CRL ||
             code == X509_V_ERR_DIFFERENT_CRL_SCOPE)
        enroll_revocation_unknown(result, "its list is another issuer's, or "
                                          "not a complete one");
    else
        enroll_revocation_unknown(result, "its list: %s",
                                  X509_verify_cert_error_string(code));
out:
    X509_CRL_free(crl);
    ERR_clear_error();
}
