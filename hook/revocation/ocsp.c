/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks and judges by libcrypto's OCSP functions. Called by look.c; touches
 * neither network nor disk.
 */
#include "hook/revocation/ocsp.h"

#include <openssl/err.h>

#define NONCE_BYTES 16
/* An answer that does not say until when it counts (CSBR 4.9.10). */
#define LONGEST_AGE (10 * 86400L)

OCSP_REQUEST *enroll_ocsp_request(X509 *leaf, X509 *issuer)
{
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    OCSP_CERTID *id = OCSP_cert_to_id(NULL, leaf, issuer);

    if (request != NULL && id != NULL &&
        OCSP_request_add0_id(request, id) != NULL) {
        id = NULL; /* the request's */
        if (OCSP_request_add1_nonce(request, NULL, NONCE_BYTES) == 1)
            return request;
    }
    OCSP_CERTID_free(id);
    OCSP_REQUEST_free(request);
    return NULL;
}

static OCSP_RESPONSE *read_response(const void *data, size_t length)
{
    const unsigned char *at = data, *end = at + length;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)length);

    if (response != NULL && at != end) {
        OCSP_RESPONSE_free(response);
        response = NULL;
    }
    return response;
}

/* Where only the issuer counts, whether it is a root or not. */
static X509_STORE *trust_issuer(X509 *issuer, time_t now)
{
    X509_STORE *store = X509_STORE_new();

    if (store == NULL || X509_STORE_add_cert(store, issuer) != 1 ||
        X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) != 1) {
        X509_STORE_free(store);
        return NULL;
    }
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), now);
    return store;
}

static int signed_rightly(OCSP_BASICRESP *basic,
                          const struct enroll_revocation_of *of)
{
    X509_STORE *store = trust_issuer(of->issuer, of->now);
    STACK_OF(X509) *issuers = sk_X509_new_null();
    int ok = store != NULL && issuers != NULL &&
             sk_X509_push(issuers, of->issuer) > 0 &&
             OCSP_basic_verify(basic, issuers, store, OCSP_NOEXPLICIT) == 1;

    sk_X509_free(issuers);
    X509_STORE_free(store);
    return ok;
}

/* NULL, or what is wrong with the times of an answer. */
static const char *stale(const ASN1_GENERALIZEDTIME *from,
                         const ASN1_GENERALIZEDTIME *until,
                         const struct enroll_revocation_of *of)
{
    time_t early = of->now - of->tolerance, late = of->now + of->tolerance;

    if (from == NULL || ASN1_TIME_cmp_time_t(from, late) == -2)
        return "its answer bears no date";
    if (ASN1_TIME_cmp_time_t(from, late) > 0)
        return "its answer is of the future";
    if (until == NULL)
        return ASN1_TIME_cmp_time_t(from, early - LONGEST_AGE) < 0
                   ? "its answer is old"
                   : NULL;
    return ASN1_TIME_cmp_time_t(until, early) < 0 ? "its answer has expired"
                                                  : NULL;
}

static void judge_single(OCSP_BASICRESP *basic,
                         const struct enroll_revocation_of *of,
                         struct enroll_revocation_result *result)
{
    OCSP_CERTID *id = OCSP_cert_to_id(NULL, of->leaf, of->issuer);
    ASN1_GENERALIZEDTIME *since = NULL, *from = NULL, *until = NULL;
    int status = V_OCSP_CERTSTATUS_UNKNOWN, reason = -1, found;
    const char *fault = NULL;

    found = id != NULL && OCSP_resp_find_status(basic, id, &status, &reason,
                                                &since, &from, &until) == 1;
    OCSP_CERTID_free(id);
    if (!found) {
        enroll_revocation_unknown(result,
                                  "its answer is about another certificate");
        return;
    }
    fault = stale(from, until, of);
    if (fault != NULL)
        enroll_revocation_unknown(result, "%s", fault);
    else if (status == V_OCSP_CERTSTATUS_REVOKED)
        enroll_revocation_revoked(result, "OCSP", reason, since);
    else if (status == V_OCSP_CERTSTATUS_GOOD)
        enroll_revocation_good(result, "OCSP");
    else
        enroll_revocation_unknown(result, "it does not know the certificate");
}

void enroll_ocsp_judge(const void *data, size_t length, OCSP_REQUEST *request,
                       const struct enroll_revocation_of *of,
                       struct enroll_revocation_result *result)
{
    OCSP_RESPONSE *response = read_response(data, length);
    OCSP_BASICRESP *basic = NULL;
    int status;

    if (response == NULL) {
        enroll_revocation_unknown(result, "its answer is no OCSP response");
        goto out;
    }
    status = OCSP_response_status(response);
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        enroll_revocation_unknown(result, "it answered '%s'",
                                  OCSP_response_status_str(status));
        goto out;
    }
    basic = OCSP_response_get1_basic(response);
    if (basic == NULL)
        enroll_revocation_unknown(result, "its answer is of another kind");
    else if (OCSP_check_nonce(request, basic) == 0)
        enroll_revocation_unknown(result, "its answer is to somebody else");
    else if (!signed_rightly(basic, of))
        enroll_revocation_unknown(
            result, "its answer is not signed by the certificate's issuer or "
                    "whom that appointed");
    else
        judge_single(basic, of, result);
out:
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
}
