/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /ocsp/BASE64 and POST /ocsp: an RFC 6960 responder for what the issuing
 * CA has issued, in the profile of RFC 5019 (small signed answers that name
 * their signer by key, `unauthorized` for other CAs) but for the nonce, which
 * is echoed. It signs with a certificate of its own that the CA has delegated
 * this to. Revoked is revoked at once; a serial number that was never issued
 * is `unknown`, never `good` (CSBR 4.9.10).
 */
#include "endpoints.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "authority.h"
#include "certificate.h"
#include "database.h"
#include "text.h"

#define DAY ((int64_t)86400)
/* Between the 8 hours and 7 days that are asked of public CAs. */
#define OCSP_LIFE  DAY
#define CACHE_LIFE 3600
#define SINGLES    20
#define NONCE_MAX  128 /* RFC 9654, and its octet string's header */

/* What is asked, and what is to be said. */
struct ocsp {
    struct manager *m;
    OCSP_REQUEST *req;
    int64_t now;                    /* thisUpdate, producedAt */
    int64_t end;                    /* nextUpdate */
    const struct fault_kind *fault; /* NULL: none */
};

struct verdict {
    int status; /* V_OCSP_CERTSTATUS_... */
    int64_t revoked;
    int reason;
};

/* ----- what is known of a serial number ----- */

static int verdict_read(sqlite3_stmt *s, struct verdict *out)
{
    const char *state = (const char *)sqlite3_column_text(s, 0);

    *out = (struct verdict){.status = V_OCSP_CERTSTATUS_GOOD};
    if (strcmp(state, "Revoked") == 0) {
        out->status = V_OCSP_CERTSTATUS_REVOKED;
        out->revoked = sqlite3_column_int64(s, 1);
        out->reason = sqlite3_column_int(s, 2);
    }
    return 1;
}

/* 1, or 0 when the database fails. */
static int verdict_find(const struct ocsp *o, const ASN1_INTEGER *serial,
                        struct verdict *out)
{
    const X509 *own = o->m->ca->id[CA_OCSP].cert;
    char *hex = text_hex(ASN1_STRING_get0_data(serial),
                         (size_t)ASN1_STRING_length(serial));
    sqlite3_stmt *s = NULL;
    int row = -1;

    *out = (struct verdict){.status = V_OCSP_CERTSTATUS_UNKNOWN};
    if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(own)) == 0)
        out->status = V_OCSP_CERTSTATUS_GOOD;
    db_lock(o->m->db);
    if (hex != NULL)
        s = db_prepare(o->m->db,
                       "SELECT state, revoked, reason FROM orders"
                       " WHERE serial = ?",
                       "t", hex);
    if (s != NULL)
        row = db_step(o->m->db, s);
    if (row == 1)
        verdict_read(s, out);
    sqlite3_finalize(s);
    db_unlock(o->m->db);
    free(hex);
    return row >= 0;
}

/* ----- one certificate of the request ----- */

/* Is it the issuing CA's, by the digest that the client chose? */
static int is_ours(const struct ocsp *o, OCSP_CERTID *id)
{
    ASN1_OBJECT *digest = NULL;
    const EVP_MD *md = NULL;
    OCSP_CERTID *ours = NULL;
    int same;

    OCSP_id_get0_info(NULL, &digest, NULL, NULL, id);
    md = EVP_get_digestbyobj(digest);
    if (md != NULL)
        ours = OCSP_cert_to_id(md, NULL, o->m->ca->id[CA_ISSUING].cert);
    same = ours != NULL && OCSP_id_issuer_cmp(ours, id) == 0;
    OCSP_CERTID_free(ours);
    return same;
}

/* A fault: an answer about the neighbour. */
static OCSP_CERTID *id_other(const OCSP_CERTID *id)
{
    OCSP_CERTID *other = OCSP_CERTID_dup((OCSP_CERTID *)id);
    ASN1_INTEGER *serial = NULL;
    BIGNUM *number = NULL;

    if (other != NULL)
        OCSP_id_get0_info(NULL, NULL, NULL, &serial, other);
    if (serial != NULL)
        number = ASN1_INTEGER_to_BN(serial, NULL);
    if (number == NULL || !BN_add_word(number, 1) ||
        BN_to_ASN1_INTEGER(number, serial) == NULL) {
        OCSP_CERTID_free(other);
        other = NULL;
    }
    BN_free(number);
    return other;
}

static int single_add(const struct ocsp *o, OCSP_BASICRESP *basic,
                      OCSP_CERTID *id)
{
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)o->now);
    ASN1_TIME *to = ASN1_TIME_set(NULL, (time_t)o->end);
    OCSP_CERTID *other = NULL;
    ASN1_INTEGER *serial = NULL;
    ASN1_TIME *when = NULL;
    struct verdict v;
    int ok = OCSP_id_get0_info(NULL, NULL, NULL, &serial, id) &&
             verdict_find(o, serial, &v);

    if (ok && v.status == V_OCSP_CERTSTATUS_REVOKED)
        when = ASN1_TIME_set(NULL, (time_t)v.revoked);
    if (ok && o->fault != NULL && o->fault->id == FAULT_OCSP_WRONG_SERIAL)
        id = other = id_other(id);
    /* RFC 5280 5.3.1: a reason that says nothing is better left out. */
    ok = ok && from != NULL && to != NULL && id != NULL &&
         OCSP_basic_add1_status(basic, id, v.status,
                                v.reason == 0 ? OCSP_REVOKED_STATUS_NOSTATUS
                                              : v.reason,
                                when, from, to) != NULL;
    OCSP_CERTID_free(other);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    ASN1_TIME_free(when);
    return ok;
}

/* ----- the response ----- */

/* libcrypto can only set the system's time; ours may be shifted. */
static int produced_at(OCSP_BASICRESP *basic, int64_t now)
{
    ASN1_GENERALIZEDTIME *at =
        (ASN1_GENERALIZEDTIME *)OCSP_resp_get0_produced_at(basic);

    return ASN1_GENERALIZEDTIME_set(at, (time_t)now) != NULL;
}

static int basic_sign(const struct ocsp *o, OCSP_BASICRESP *basic)
{
    const struct identity *by = &o->m->ca->id[CA_OCSP];

    if (o->fault != NULL && o->fault->id == FAULT_OCSP_WRONG_SIGNER)
        by = &o->m->ca->id[CA_TSA_SIGNER];
    return produced_at(basic, o->now) &&
           OCSP_basic_sign(basic, by->cert, by->key, key_digest(by->key), NULL,
                           OCSP_NOTIME | OCSP_RESPID_KEY);
}

/* OCSP_RESPONSE_STATUS_... of the whole; *basic where it is successful. */
static int ocsp_answer(const struct ocsp *o, OCSP_BASICRESP **out)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    int count = OCSP_request_onereq_count(o->req), i, ok = basic != NULL;

    for (i = 0; ok && i < count; i++) {
        OCSP_CERTID *id =
            OCSP_onereq_get0_id(OCSP_request_onereq_get0(o->req, i));

        if (!is_ours(o, id)) {
            OCSP_BASICRESP_free(basic);
            return OCSP_RESPONSE_STATUS_UNAUTHORIZED;
        }
        ok = single_add(o, basic, id);
    }
    ok = ok && OCSP_copy_nonce(basic, o->req) != 0 && basic_sign(o, basic);
    if (ok) {
        *out = basic;
        return OCSP_RESPONSE_STATUS_SUCCESSFUL;
    }
    complain_crypto("signing an OCSP response");
    OCSP_BASICRESP_free(basic);
    return OCSP_RESPONSE_STATUS_INTERNALERROR;
}

/* 1 with at least one certificate, few enough, and a nonce of good length. */
static int request_sound(OCSP_REQUEST *req)
{
    int count = req != NULL ? OCSP_request_onereq_count(req) : 0;
    int at = -1;

    if (count < 1 || count > SINGLES)
        return 0;
    at = OCSP_REQUEST_get_ext_by_NID(req, NID_id_pkix_OCSP_Nonce, -1);
    return at < 0 || ASN1_STRING_length(X509_EXTENSION_get_data(
                         OCSP_REQUEST_get_ext(req, at))) <= NONCE_MAX + 3;
}

static int has_nonce(OCSP_REQUEST *req)
{
    return OCSP_REQUEST_get_ext_by_NID(req, NID_id_pkix_OCSP_Nonce, -1) >= 0;
}

/* RFC 5019 5 and 6.2: what was asked for by GET may be kept for a while. */
static void cache_headers(struct reply *reply, const struct ocsp *o)
{
    char from[TEXT_TIME_SIZE], to[TEXT_TIME_SIZE];

    text_http_date(from, o->now);
    text_http_date(to, o->end);
    reply_header(reply, "Last-Modified", "%s", from);
    reply_header(reply, "Expires", "%s", to);
    reply_header(reply, "Cache-Control",
                 "max-age=%d,public,no-transform,must-revalidate", CACHE_LIFE);
}

static void reply_ocsp(struct reply *reply, int status, OCSP_BASICRESP *basic)
{
    OCSP_RESPONSE *response = OCSP_response_create(status, basic);
    unsigned char *der = NULL;
    int length = response != NULL ? i2d_OCSP_RESPONSE(response, &der) : 0;

    if (length > 0)
        reply_bytes(reply, 200, "application/ocsp-response", der,
                    (size_t)length);
    else
        reply_status(reply, 500);
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
}

static void serve(struct request *request, struct reply *reply,
                  const unsigned char *der, size_t length, int cacheable)
{
    int64_t now = manager_now(request->manager->db);
    struct ocsp o = {request->manager, NULL, now, now + OCSP_LIFE, NULL};
    int status = OCSP_RESPONSE_STATUS_MALFORMEDREQUEST;
    OCSP_BASICRESP *basic = NULL;
    struct fault fault;

    if (fault_take(o.m->db, EP_OCSP, FAULT_SIGNED, &fault) == 1)
        o.fault = fault.kind;
    if (o.fault != NULL && o.fault->id == FAULT_OCSP_EXPIRED) {
        o.now -= 20 * DAY;
        o.end = o.now + OCSP_LIFE;
    }
    o.req = d2i_OCSP_REQUEST(NULL, &der, (long)length);
    if (request_sound(o.req))
        status = ocsp_answer(&o, &basic);
    if (o.fault != NULL && o.fault->id == FAULT_OCSP_TRY_LATER)
        status = OCSP_RESPONSE_STATUS_TRYLATER;
    reply_ocsp(reply, status,
               status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? basic : NULL);
    if (cacheable && status == OCSP_RESPONSE_STATUS_SUCCESSFUL &&
        !has_nonce(o.req))
        cache_headers(reply, &o);
    fault_clear(&fault);
    OCSP_BASICRESP_free(basic);
    OCSP_REQUEST_free(o.req);
    ERR_clear_error();
}

void ocsp_post(struct request *request, struct reply *reply)
{
    serve(request, reply, (const unsigned char *)request->body, request->length,
          0);
}

void ocsp_get(struct request *request, struct reply *reply)
{
    size_t length = strlen(request->rest), padding = 0;
    unsigned char *der = malloc(length + 1);
    int decoded = -1;

    while (padding < 2 && padding < length &&
           request->rest[length - 1 - padding] == '=')
        padding++;
    if (der != NULL && length < 8192)
        decoded = EVP_DecodeBlock(der, (const unsigned char *)request->rest,
                                  (int)length);
    /* Nothing comes of nonsense but libcrypto's word for it. */
    if (decoded < (int)padding)
        serve(request, reply, NULL, 0, 0);
    else
        serve(request, reply, der, (size_t)decoded - padding, 1);
    free(der);
}
