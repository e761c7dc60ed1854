/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON bodies of SCM's REST Enrollment API 25.11, and of the lookup that
 * only enroll-manager has. Called by scm.c; asks nobody.
 */
#include "hook/protocol/scm.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "hook/protocol/instant.h"
#include "hook/protocol/json.h"

/* ----- replies ----- */

void enroll_scm_read_error(const char *data, size_t length,
                           struct enroll_scm_error *error)
{
    const char *why = NULL;
    cJSON *object = enroll_json_object(data, length, &why);
    const char *text = enroll_json_string(object, "description");

    memset(error, 0, sizeof(*error));
    error->has_code = enroll_json_integer(object, "code", &error->code);
    enroll_words(text, error->text);
    error->is_scm = error->has_code || text != NULL;
    cJSON_Delete(object);
}

/* It becomes part of a path, and of lines for people. */
static int id_ok(const char *id)
{
    size_t length = strlen(id);

    for (size_t i = 0; i < length; i++)
        if (id[i] < 0x21 || id[i] > 0x7e)
            return 0;
    return length > 0 && length <= ENROLL_ORDER_ID_MAX &&
           strcmp(id, ".") != 0 && strcmp(id, "..") != 0;
}

/* certId as a new string, or NULL. */
static char *take_id(const cJSON *object)
{
    const char *text = enroll_json_string(object, "certId");
    long long number = 0;
    char digits[24];

    if (text == NULL && enroll_json_integer(object, "certId", &number) &&
        number > 0) {
        snprintf(digits, sizeof(digits), "%lld", number);
        text = digits;
    }
    return text != NULL && id_ok(text) ? OPENSSL_strdup(text) : NULL;
}

int enroll_scm_read_id(const char *data, size_t length, char **id,
                       const char **why)
{
    cJSON *object = enroll_json_object(data, length, why);
    char *found = NULL;

    if (object == NULL)
        return 0;
    found = take_id(object);
    cJSON_Delete(object);
    *why = "has no certId that can be used";
    if (found == NULL)
        return 0;
    *id = found;
    return 1;
}

int enroll_scm_read_status(const char *data, size_t length,
                           char status[ENROLL_SCM_STATUS_MAX], const char **why)
{
    cJSON *object = enroll_json_object(data, length, why);
    const char *text = enroll_json_string(object, "status");
    char words[ENROLL_WORDS_MAX];

    if (object == NULL)
        return 0;
    *why = "has no status that can be read";
    enroll_words(text, words);
    cJSON_Delete(object);
    if (words[0] == '\0')
        return 0;
    snprintf(status, ENROLL_SCM_STATUS_MAX, "%.*s", ENROLL_SCM_STATUS_MAX - 1,
             words);
    return 1;
}

int enroll_scm_read_orders(const char *data, size_t length, char **id,
                           const char **why)
{
    cJSON *object = enroll_json_object(data, length, why);
    const cJSON *orders = cJSON_GetObjectItemCaseSensitive(object, "orders");
    char *found = NULL;
    int ok = 0;

    if (object == NULL)
        return 0;
    *why = "has no list of orders that can be read";
    if (cJSON_IsArray(orders) && orders->child == NULL) {
        ok = 1;
    } else if (cJSON_IsArray(orders)) {
        found = take_id(orders->child);
        ok = found != NULL;
    }
    cJSON_Delete(object);
    if (ok)
        *id = found;
    return ok;
}

/* ----- requests ----- */

/* Single-line base64 of the DER, as the API wants it; or NULL. */
static char *encode_csr(X509_REQ *csr)
{
    unsigned char *der = NULL;
    int length = i2d_X509_REQ(csr, &der);
    char *text = NULL;

    if (length <= 0)
        return NULL;
    text = OPENSSL_malloc((size_t)length / 3 * 4 + 5);
    if (text != NULL)
        EVP_EncodeBlock((unsigned char *)text, der, length);
    OPENSSL_free(der);
    return text;
}

static int add(cJSON *object, const char *name, const char *value)
{
    return value == NULL ||
           cJSON_AddStringToObject(object, name, value) != NULL;
}

static int add_custom_fields(cJSON *object,
                             const struct enroll_profile *profile,
                             const struct enroll_order *order)
{
    cJSON *fields = NULL;

    if (profile->custom_field_count == 0 && profile->order_id_field == NULL)
        return 1;
    fields = cJSON_AddObjectToObject(object, "customFields");
    if (fields == NULL)
        return 0;
    for (size_t i = 0; i < profile->custom_field_count; i++)
        if (!add(fields, profile->custom_fields[i].name,
                 profile->custom_fields[i].value))
            return 0;
    return profile->order_id_field == NULL ||
           add(fields, profile->order_id_field, order->client_order_id);
}

int enroll_scm_read_hint(const char *data, size_t length, time_t *renew_at,
                         const char **why)
{
    cJSON *object = enroll_json_object(data, length, why);
    const cJSON *at = NULL;
    const char *text = NULL;
    int ok;

    if (object == NULL)
        return 0;
    at = cJSON_GetObjectItemCaseSensitive(object, "renewAt");
    text = cJSON_GetStringValue(at);
    if (cJSON_IsNull(at))
        *renew_at = 0;
    ok = cJSON_IsNull(at) ||
         (text != NULL && enroll_instant_parse(text, renew_at));
    if (!ok)
        *why = "has no renewAt that is a date";
    cJSON_Delete(object);
    return ok;
}

/* cJSON's text belongs to cJSON's allocator: a copy for OPENSSL_free. */
static char *print(const cJSON *object)
{
    char *text = cJSON_PrintUnformatted(object);
    char *copied = text == NULL ? NULL : OPENSSL_strdup(text);

    cJSON_free(text);
    return copied;
}

char *enroll_scm_write_order(const struct enroll_profile *profile,
                             const struct enroll_order *order)
{
    cJSON *object = cJSON_CreateObject();
    char *csr = encode_csr(order->csr);
    char *text = NULL;

    if (object != NULL && csr != NULL && add(object, "csr", csr) &&
        add(object, "email", profile->email) &&
        add(object, "firstName", profile->first_name) &&
        add(object, "lastName", profile->last_name) &&
        add(object, "title", profile->title) &&
        add(object, "sanEmailAddress", profile->san_email) &&
        add_custom_fields(object, profile, order))
        text = print(object);
    OPENSSL_free(csr);
    cJSON_Delete(object);
    return text;
}

char *enroll_scm_write_revocation(const struct enroll_revocation *revocation)
{
    cJSON *object = cJSON_CreateObject();
    char *text = NULL;

    if (object != NULL && add(object, "message", revocation->message) &&
        cJSON_AddNumberToObject(object, "reasonCode", revocation->reason) !=
            NULL)
        text = print(object);
    cJSON_Delete(object);
    return text;
}
