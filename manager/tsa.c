/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /tsa: an RFC 3161 time stamp authority on libcrypto's TS. SHA-1
 * imprints are refused, the token's digest is the one that signed the
 * authority's certificate (CSBR 6.8), ESS signing-certificate v2.
 *
 * The departures that tests ask for change the request before libcrypto
 * answers it, or the answer's time or signer: the token itself is sound.
 */
#include "endpoints.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include "authority.h"
#include "certificate.h"
#include "text.h"

#define DAY        ((int64_t)86400)
#define TSA_POLICY "1.3.6.1.4.1.32473.1.2"

static ASN1_INTEGER *stamp_serial(struct TS_resp_ctx *ctx, void *arg)
{
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    unsigned char raw[16];
    BIGNUM *number = NULL;

    (void)ctx;
    (void)arg;
    if (serial != NULL && RAND_bytes(raw, sizeof(raw)) == 1)
        number = BN_bin2bn(raw, sizeof(raw), NULL);
    if (number == NULL || BN_to_ASN1_INTEGER(number, serial) == NULL) {
        ASN1_INTEGER_free(serial);
        serial = NULL;
    }
    BN_free(number);
    return serial;
}

static int stamp_time(struct TS_resp_ctx *ctx, void *arg, long *sec, long *usec)
{
    const int64_t *now = arg;

    (void)ctx;
    *sec = (long)*now;
    *usec = 0;
    return 1;
}

/* ----- faults ----- */

/* The signer's certificate as it would be had its time run out. */
static X509 *expired_signer(const struct authority *ca, int64_t now)
{
    X509 *cert = X509_dup(ca->id[CA_TSA_SIGNER].cert);

    if (cert != NULL &&
        ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)(now - 60 * DAY)) &&
        ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)(now - 30 * DAY)) &&
        cert_sign(cert, ca->id[CA_TSA].key, NULL))
        return cert;
    X509_free(cert);
    return NULL;
}

static int imprint_spoil(TS_REQ *req)
{
    TS_MSG_IMPRINT *imprint = TS_REQ_get_msg_imprint(req);
    ASN1_OCTET_STRING *digest =
        imprint != NULL ? TS_MSG_IMPRINT_get_msg(imprint) : NULL;
    unsigned char copy[EVP_MAX_MD_SIZE];
    int length = digest != NULL ? ASN1_STRING_length(digest) : 0;

    if (length <= 0 || length > (int)sizeof(copy))
        return 0;
    memcpy(copy, ASN1_STRING_get0_data(digest), (size_t)length);
    copy[0] ^= 0x55;
    return ASN1_STRING_set(digest, copy, length);
}

/* A request like the one given but for its nonce, which is other or none. */
static TS_REQ *nonce_replace(TS_REQ *req, long nonce)
{
    TS_REQ *copy = TS_REQ_new();
    ASN1_INTEGER *other = ASN1_INTEGER_new();
    int ok = copy != NULL && other != NULL && TS_REQ_set_version(copy, 1) &&
             TS_REQ_set_msg_imprint(copy, TS_REQ_get_msg_imprint(req)) &&
             TS_REQ_set_cert_req(copy, TS_REQ_get_cert_req(req)) &&
             (TS_REQ_get_policy_id(req) == NULL ||
              TS_REQ_set_policy_id(copy, TS_REQ_get_policy_id(req)));

    if (ok && nonce != 0)
        ok = ASN1_INTEGER_set(other, nonce) && TS_REQ_set_nonce(copy, other);
    ASN1_INTEGER_free(other);
    if (!ok) {
        TS_REQ_free(copy);
        return NULL;
    }
    return copy;
}

/* The request as the fault wants libcrypto to see it. */
static TS_REQ *request_spoil(TS_REQ *req, enum fault_id fault)
{
    TS_REQ *other = req;

    if (fault == FAULT_TSA_NO_NONCE)
        other = nonce_replace(req, 0);
    else if (fault == FAULT_TSA_WRONG_NONCE)
        other = nonce_replace(req, 4711);
    else if (fault == FAULT_TSA_WRONG_IMPRINT)
        imprint_spoil(req);
    else if (fault == FAULT_TSA_NO_CERTS)
        TS_REQ_set_cert_req(req, 0);
    if (other != req)
        TS_REQ_free(req);
    return other;
}

static TS_RESP *response_rejected(void)
{
    TS_RESP *response = TS_RESP_new();
    TS_STATUS_INFO *status = TS_STATUS_INFO_new();

    if (response == NULL || status == NULL ||
        !TS_STATUS_INFO_set_status(status, TS_STATUS_REJECTION) ||
        !TS_RESP_set_status_info(response, status)) {
        TS_RESP_free(response);
        response = NULL;
    }
    TS_STATUS_INFO_free(status);
    return response;
}

/* ----- the response ----- */

static int context_certs(TS_RESP_CTX *ctx, const struct authority *ca,
                         X509 *signer)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    int ok = chain != NULL && sk_X509_push(chain, ca->id[CA_TSA].cert) > 0 &&
             TS_RESP_CTX_set_signer_cert(ctx, signer) &&
             TS_RESP_CTX_set_signer_key(ctx, ca->id[CA_TSA_SIGNER].key) &&
             TS_RESP_CTX_set_certs(ctx, chain);

    sk_X509_free(chain);
    return ok;
}

static int context_digests(TS_RESP_CTX *ctx, const X509 *signer)
{
    int digest = NID_undef;

    OBJ_find_sigid_algs(X509_get_signature_nid(signer), &digest, NULL);
    return digest != NID_undef &&
           TS_RESP_CTX_set_signer_digest(ctx, EVP_get_digestbynid(digest)) &&
           TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) &&
           TS_RESP_CTX_add_md(ctx, EVP_sha256()) &&
           TS_RESP_CTX_add_md(ctx, EVP_sha384()) &&
           TS_RESP_CTX_add_md(ctx, EVP_sha512());
}

/* *now has to live as long as the context. */
static TS_RESP_CTX *context_new(const struct authority *ca, X509 *signer,
                                int64_t *now)
{
    TS_RESP_CTX *ctx = TS_RESP_CTX_new();
    ASN1_OBJECT *policy = OBJ_txt2obj(TSA_POLICY, 1);

    if (ctx == NULL || policy == NULL || !context_certs(ctx, ca, signer) ||
        !context_digests(ctx, signer) ||
        !TS_RESP_CTX_set_def_policy(ctx, policy) ||
        !TS_RESP_CTX_set_accuracy(ctx, 1, 0, 0)) {
        TS_RESP_CTX_free(ctx);
        ctx = NULL;
    }
    ASN1_OBJECT_free(policy);
    if (ctx != NULL) {
        TS_RESP_CTX_set_serial_cb(ctx, stamp_serial, NULL);
        TS_RESP_CTX_set_time_cb(ctx, stamp_time, now);
    }
    return ctx;
}

/* Whatever the bytes are, libcrypto makes a response of them: one that says
 * badDataFormat, if need be. */
static TS_RESP *respond(TS_RESP_CTX *ctx, const struct request *request,
                        const struct fault *fault)
{
    const char *body = request->length > 0 ? request->body : "";
    BIO *bio = BIO_new_mem_buf(body, (int)request->length);
    TS_REQ *req = NULL;
    TS_RESP *response = NULL;

    if (bio != NULL && fault->kind != NULL) {
        req = d2i_TS_REQ_bio(bio, NULL);
        if (req != NULL)
            req = request_spoil(req, fault->kind->id);
        BIO_free(bio);
        bio = BIO_new(BIO_s_mem());
        if (req == NULL || bio == NULL || !i2d_TS_REQ_bio(bio, req))
            goto out;
    }
    if (bio != NULL)
        response = TS_RESP_create_response(ctx, bio);
out:
    TS_REQ_free(req);
    BIO_free(bio);
    return response;
}

static TS_RESP *stamp(struct request *request, const struct fault *fault)
{
    const struct authority *ca = request->manager->ca;
    int64_t now = manager_now(request->manager->db);
    X509 *signer = ca->id[CA_TSA_SIGNER].cert, *expired = NULL;
    TS_RESP_CTX *ctx = NULL;
    TS_RESP *response = NULL;

    if (fault->kind != NULL && fault->kind->id == FAULT_TSA_REJECTED)
        return response_rejected();
    if (fault->kind != NULL && fault->kind->id == FAULT_TSA_EXPIRED_CERT)
        signer = expired = expired_signer(ca, now);
    if (fault->kind != NULL && fault->kind->id == FAULT_TSA_OLD_TIME)
        now -= 3600;
    if (signer != NULL)
        ctx = context_new(ca, signer, &now);
    if (ctx != NULL)
        response = respond(ctx, request, fault);
    TS_RESP_CTX_free(ctx);
    X509_free(expired);
    return response;
}

void tsa_stamp(struct request *request, struct reply *reply)
{
    struct fault fault;
    TS_RESP *response = NULL;
    unsigned char *der = NULL;
    int length = 0;

    if (fault_take(request->manager->db, EP_TSA, FAULT_SIGNED, &fault) >= 0)
        response = stamp(request, &fault);
    fault_clear(&fault);
    if (response != NULL)
        length = i2d_TS_RESP(response, &der);
    if (length > 0) {
        reply_bytes(reply, 200, "application/timestamp-reply", der,
                    (size_t)length);
    } else {
        complain_crypto("time stamp");
        reply_status(reply, 500);
    }
    ERR_clear_error();
    OPENSSL_free(der);
    TS_RESP_free(response);
}
