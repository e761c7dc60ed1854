/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /api/v1/certificates: SCM's CsEnrollRequest. Field names, types and
 * which is required are documented (REST Enrollment API 25.11); so are the
 * codes, though not always which belongs to which mistake.
 *
 * Ours: unknown fields, duplicate fields and unknown custom fields are
 * refused, where SCM may ignore them, so that a misspelt field is noticed.
 */
#include "endpoints.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>

#include "attestation.h"
#include "csr.h"
#include "orders.h"
#include "scm_codes.h"
#include "text.h"

#define TEXT_LIMIT        256
#define ATTESTATION_LIMIT (200 * 1024)

/* Every field there is, and where it goes. */
static const struct field {
    const char *name;
    size_t limit;
    size_t place; /* in struct enrollment, or NOWHERE */
} fields[] = {
#define NOWHERE ((size_t)-1)
    {"email", TEXT_LIMIT, offsetof(struct enrollment, email)},
    {"csr", 65536, NOWHERE},
    {"firstName", TEXT_LIMIT, offsetof(struct enrollment, first_name)},
    {"lastName", TEXT_LIMIT, offsetof(struct enrollment, last_name)},
    {"title", TEXT_LIMIT, offsetof(struct enrollment, title)},
    {"sanEmailAddress", TEXT_LIMIT, offsetof(struct enrollment, san_email)},
    {"hsmType", TEXT_LIMIT, offsetof(struct enrollment, hsm_type)},
    {"attestation", ATTESTATION_LIMIT,
     offsetof(struct enrollment, attestation)},
    {"shippingType", TEXT_LIMIT, offsetof(struct enrollment, shipping_type)},
    /* Deprecated forms of firstName + lastName and of sanEmailAddress. */
    {"name", TEXT_LIMIT, NOWHERE},
    {"contactEmail", TEXT_LIMIT, NOWHERE},
};

static int refuse_field(struct refusal *why, const char *name)
{
    return refuse(why, SCM_FIELD_INVALID, "Field '%.64s' has invalid value",
                  name);
}

/* ----- single fields ----- */

/* Something that could be a mailbox: one @ with text around it, ASCII. */
static int email_plausible(const char *text)
{
    const char *at = strchr(text, '@');
    const char *c;

    if (at == NULL || at == text || at[1] == '\0' || strchr(at + 1, '@'))
        return 0;
    for (c = text; *c != '\0'; c++)
        if (*c <= ' ' || *c >= 0x7f)
            return 0;
    return 1;
}

/* UTF-8 without control characters. */
static int text_plausible(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    int left = (int)strlen(text), n;
    unsigned long value = 0;

    for (; left > 0; left -= n, c += n) {
        n = UTF8_getc(c, left, &value);
        if (n <= 0 || value < ' ' || value == 0x7f)
            return 0;
    }
    return 1;
}

static const struct field *field_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

/* Takes one member of the request: a known name, a string, not too long. */
static int field_take(const cJSON *item, struct enrollment *e,
                      struct refusal *why)
{
    const struct field *field = field_find(item->string);

    if (field == NULL || !cJSON_IsString(item) ||
        strlen(item->valuestring) > field->limit)
        return refuse_field(why, item->string);
    /* The long ones are base64, and looked at as such. */
    if (field->limit == TEXT_LIMIT && !text_plausible(item->valuestring))
        return refuse_field(why, item->string);
    if (field->place != NOWHERE && item->valuestring[0] != '\0')
        *(const char **)((char *)e + field->place) = item->valuestring;
    return 1;
}

/* ----- custom fields ----- */

static int custom_fields_take(struct request *request, const cJSON *object,
                              struct enrollment *e, struct refusal *why)
{
    const cJSON *item = NULL;

    if (!cJSON_IsObject(object))
        return refuse_field(why, "customFields");
    cJSON_ArrayForEach(item, object)
    {
        if (!cJSON_IsString(item) || !text_plausible(item->valuestring) ||
            strlen(item->valuestring) > TEXT_LIMIT ||
            cJSON_GetObjectItemCaseSensitive(object, item->string) != item ||
            account_has_field(request->manager->db, request->account.id,
                              item->string) != 1)
            return refuse_field(why, item->string);
    }
    e->custom_fields = object;
    return 1;
}

struct mandatory {
    const cJSON *given;
    struct refusal *why;
};

static int mandatory_given(void *arg, const char *name)
{
    const struct mandatory *m = arg;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(m->given, name);

    if (cJSON_IsString(item) && item->valuestring[0] != '\0')
        return 1;
    return refuse(m->why, SCM_CUSTOM_FIELD_MISSING,
                  "Missing mandatory custom field: %.64s", name);
}

/* ----- the whole ----- */

static int fields_take(struct request *request, const cJSON *body,
                       struct enrollment *e, struct refusal *why)
{
    const cJSON *item = NULL;

    cJSON_ArrayForEach(item, body)
    {
        int ok;

        if (cJSON_GetObjectItemCaseSensitive(body, item->string) != item)
            ok = refuse_field(why, item->string);
        else if (strcmp(item->string, "customFields") == 0)
            ok = custom_fields_take(request, item, e, why);
        else
            ok = field_take(item, e, why);
        if (!ok)
            return 0;
    }
    return 1;
}

static const char *member(const cJSON *body, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);

    return cJSON_IsString(item) && item->valuestring[0] != '\0'
               ? item->valuestring
               : NULL;
}

/* What the values have to be, once each is a string of its field. */
static int values_check(struct request *request, const cJSON *body,
                        struct enrollment *e, struct refusal *why)
{
    static const char *const hsm_types[] = {
        "LUNA",     "YUBIKEY", "YUBIHSM2", "MARVELL_GOOGLE",
        "FORTANIX", "NSHIELD", NULL};
    static const char *const shipping[] = {"STANDARD", "EXPEDITED",
                                           "INTERNATIONAL", NULL};
    struct mandatory mandatory = {e->custom_fields, why};
    int given;

    if (e->email == NULL)
        return refuse(why, SCM_FIELD_MISSING, "email is required but missing");
    if (!email_plausible(e->email))
        return refuse_field(why, "email");
    if (e->san_email == NULL)
        e->san_email = member(body, "contactEmail");
    if (e->san_email != NULL && !email_plausible(e->san_email))
        return refuse_field(why, "sanEmailAddress");
    if (e->first_name == NULL && e->last_name == NULL)
        e->last_name = member(body, "name");
    if (e->hsm_type != NULL && !text_among(e->hsm_type, hsm_types))
        return refuse_field(why, "hsmType");
    if (e->shipping_type != NULL && !text_among(e->shipping_type, shipping))
        return refuse_field(why, "shippingType");
    given = account_mandatory_fields(request->manager->db, request->account.id,
                                     mandatory_given, &mandatory);
    if (given < 0)
        return refuse(why, SCM_INTERNAL_ERROR, "Internal error");
    return given;
}

static X509_REQ *csr_of(const cJSON *body, const struct enrollment *e,
                        struct refusal *why)
{
    const char *csr = member(body, "csr");
    X509_REQ *req = NULL;

    if (csr == NULL) {
        /* Only token shipment orders have none; our profile is not such. */
        refuse(why, SCM_FIELD_MISSING, "csr is required but missing");
        return NULL;
    }
    req = csr_check(csr, why);
    if (req != NULL && e->attestation != NULL &&
        !attestation_check(e->hsm_type, e->attestation,
                           X509_REQ_get0_pubkey(req), why)) {
        X509_REQ_free(req);
        req = NULL;
    }
    return req;
}

static void reply_certificate_id(struct reply *reply, int64_t id)
{
    cJSON *json = cJSON_CreateObject();
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)id);
    cJSON_AddStringToObject(json, "certId", text);
    reply_json(reply, 200, json);
}

/* The order, taken and with automatic approval issued. */
static void enroll(struct request *request, struct reply *reply,
                   struct enrollment *e, X509_REQ *csr)
{
    struct manager *m = request->manager;
    enum order_state state = ORDER_APPROVED;
    unsigned char *der = NULL;
    int64_t id;
    int ok;

    if (request->account.manual)
        state = ORDER_REQUESTED;
    e->csr_length = i2d_X509_REQ(csr, &der);
    e->csr = der;
    ok = e->csr_length > 0 && order_create(m->db, &request->account, e, state,
                                           manager_now(m->db), &id);
    OPENSSL_free(der);
    if (!ok) {
        reply_error(reply, 500, SCM_INTERNAL_ERROR, "Internal error");
        return;
    }
    /* Where this fails the order stays Applied, and is taken up at the next
     * start: it has been taken, and the reply says so. */
    if (state == ORDER_APPROVED && order_issue(m, id) < 0)
        complain("order %lld waits: it could not be issued", (long long)id);
    reply_certificate_id(reply, id);
}

void scm_enroll(struct request *request, struct reply *reply)
{
    cJSON *body = NULL;
    struct enrollment e = {0};
    struct refusal why = {SCM_UNKNOWN_ERROR,
                          "The request is not a JSON object"};
    X509_REQ *csr = NULL;

    if (request->length > 0 && strlen(request->body) == request->length)
        body = cJSON_ParseWithOpts(request->body, NULL, 1);
    if (cJSON_IsObject(body) && fields_take(request, body, &e, &why) &&
        values_check(request, body, &e, &why))
        csr = csr_of(body, &e, &why);
    if (csr != NULL)
        enroll(request, reply, &e, csr);
    else
        reply_error(reply, why.code == SCM_INTERNAL_ERROR ? 500 : 400, why.code,
                    "%s", why.text);
    X509_REQ_free(csr);
    cJSON_Delete(body);
}
