/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What faults do to a request as a whole. Ours alone: nothing here is
 * documented behaviour of SCM, but for the shapes of its errors. Called by
 * dispatch.c around the endpoint.
 */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#include "scm_codes.h"
#include "text.h"

#define STALL_LIMIT ((int64_t)3600 * 1000)

static const char html_page[] =
    "<!DOCTYPE html>\n<html><head><title>Service Unavailable</title></head>\n"
    "<body><h1>Service Unavailable</h1><p>Try again later.</p></body></html>"
    "\n";

/* ----- before ----- */

/* The four ways in which "not ready yet" has been seen, and one more. */
static void reply_pending(struct reply *reply, const char *form)
{
    if (strcmp(form, "404-103") == 0)
        reply_error(reply, 404, SCM_NOT_COLLECTED_YET,
                    "Certificate has not been collected yet");
    else if (strcmp(form, "404-109") == 0)
        reply_error(reply, 404, SCM_NOT_AVAILABLE_NOW,
                    "Certificate is not available now, please try again "
                    "later");
    else if (strcmp(form, "400-183") == 0)
        reply_error(reply, 400, -183, "Certificate is not collectable");
    else if (strcmp(form, "400-1400") == 0)
        reply_error(reply, 400, -1400,
                    "The request is being processed by Sectigo");
    else
        reply_error(reply, 400, 0, "Being processed by Sectigo");
}

static void reply_status_text(struct reply *reply, const char *status)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "status", status);
    reply_json(reply, 200, json);
}

static void reply_later(struct reply *reply, const struct fault *fault)
{
    if (fault->kind->id == FAULT_503)
        reply_text(reply, 503, "text/html", html_page);
    else
        reply_error(reply, 429, SCM_UNKNOWN_ERROR, "Too many requests");
    if (fault->argument != NULL && fault->argument[0] != '\0')
        reply_header(reply, "Retry-After", "%s", fault->argument);
}

static void fault_reply(struct request *request, struct reply *reply,
                        const struct fault *fault)
{
    switch (fault->kind->id) {
    case FAULT_STALL:
        request_wait(request, STALL_LIMIT);
        reply->manner = SEND_NOTHING;
        break;
    case FAULT_BLACK_HOLE:
        request_hold(request);
        reply->manner = SEND_NOTHING;
        break;
    case FAULT_401: reply_unauthorized(reply, request->manager); break;
    case FAULT_403:
        reply_error(reply, 403, SCM_NOT_AUTHORIZED,
                    "You are not authorized to perform this operation");
        break;
    case FAULT_404:
        reply_error(reply, 404, SCM_NOT_FOUND, "Certificate not found");
        break;
    case FAULT_429:
    case FAULT_503: reply_later(reply, fault); break;
    case FAULT_500:
        reply_error(reply, 500, SCM_INTERNAL_ERROR, "Internal error");
        break;
    case FAULT_REDIRECT_LOOP:
        reply_status(reply, 307);
        reply_header(reply, "Location", "%s", request->path);
        break;
    case FAULT_PENDING: reply_pending(reply, fault->argument); break;
    case FAULT_UNKNOWN_STATUS:
        reply_status_text(reply, fault->argument != NULL ? fault->argument
                                                         : "Under Vetting");
        break;
    case FAULT_WRONG_ISSUED:
        if (request->route->endpoint == EP_STATUS)
            reply_status_text(reply, "Issued");
        else
            reply_pending(reply, "404-109");
        break;
    default: reply->manner = SEND_NOTHING; break;
    }
}

int fault_before(struct request *request, enum endpoint endpoint,
                 struct reply *reply)
{
    struct database *db = request->manager->db;
    struct fault fault;
    int64_t ms;
    int made;

    if (fault_take(db, endpoint, FAULT_WAIT, &fault) == 1 &&
        duration_parse_ms(fault.argument, &ms))
        request_wait(request, ms);
    fault_clear(&fault);
    made = fault_take(db, endpoint, FAULT_BEFORE, &fault) == 1;
    if (made)
        fault_reply(request, reply, &fault);
    fault_clear(&fault);
    return made;
}

/* ----- after ----- */

/* A copy whose texts, at whatever depth, are others; numbers are one more. */
static cJSON *json_other(const cJSON *json)
{
    cJSON *copy = cJSON_Duplicate(json, 0);
    const cJSON *item = NULL;
    char other[2048];

    if (cJSON_IsString(json)) {
        snprintf(other, sizeof(other), "%s-other", json->valuestring);
        cJSON_Delete(copy);
        copy = cJSON_CreateString(other);
    } else if (cJSON_IsNumber(json)) {
        cJSON_SetNumberValue(copy, json->valuedouble + 1);
    }
    cJSON_ArrayForEach(item, json)
    {
        if (cJSON_IsObject(json))
            cJSON_AddItemToObject(copy, item->string, json_other(item));
        else
            cJSON_AddItemToArray(copy, json_other(item));
    }
    return copy;
}

/* {"a":"x"} becomes {"a":"x","a":"x-other"} */
static void duplicate_keys(struct reply *reply)
{
    cJSON *json = reply->body != NULL ? cJSON_Parse(reply->body) : NULL;
    cJSON *twice = cJSON_CreateObject();
    const cJSON *item = NULL;

    cJSON_ArrayForEach(item, json)
    {
        cJSON_AddItemToObject(twice, item->string, cJSON_Duplicate(item, 1));
        cJSON_AddItemToObject(twice, item->string, json_other(item));
    }
    cJSON_Delete(json);
    reply_json(reply, reply->status, twice);
}

/* Every certId of it. */
static void certid_replace(cJSON *json)
{
    cJSON *item = NULL;
    cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "certId");

    if (cJSON_IsString(id))
        cJSON_ReplaceItemInObjectCaseSensitive(
            json, "certId", cJSON_CreateNumber(strtod(id->valuestring, NULL)));
    cJSON_ArrayForEach(item, json)
    {
        certid_replace(item);
    }
}

static void certid_number(struct reply *reply)
{
    cJSON *json = reply->body != NULL ? cJSON_Parse(reply->body) : NULL;

    certid_replace(json);
    reply_json(reply, reply->status, json);
}

static void send_endlessly(struct reply *reply, const struct fault *fault)
{
    reply->manner = SEND_ENDLESSLY;
    reply->amount = (int64_t)1 << 30;
    if (fault->argument != NULL)
        fault_size(fault->argument, &reply->amount);
}

static void send_slowly(struct reply *reply, const struct fault *fault)
{
    reply->manner = SEND_SLOWLY;
    reply->amount = 1;
    if (fault->argument != NULL)
        text_number(fault->argument, 1, INT64_MAX, &reply->amount);
}

void fault_after(struct request *request, struct reply *reply)
{
    static const char noise[] = "\x30\x82\x7f\xff this is no DER at all";
    struct fault fault;

    if (fault_take(request->manager->db, request->route->endpoint, FAULT_AFTER,
                   &fault) != 1)
        return;
    switch (fault.kind->id) {
    case FAULT_TRUNCATED: reply->manner = SEND_HALF; break;
    case FAULT_OVERSIZED: send_endlessly(reply, &fault); break;
    case FAULT_TRICKLE: send_slowly(reply, &fault); break;
    case FAULT_NON_JSON: reply_text(reply, 200, "text/html", html_page); break;
    case FAULT_EMPTY: reply_status(reply, 200); break;
    case FAULT_DUPLICATE_KEYS: duplicate_keys(reply); break;
    case FAULT_CERTID_NUMBER: certid_number(reply); break;
    case FAULT_GARBAGE:
        reply_bytes(reply, 200, reply->type, noise, sizeof(noise) - 1);
        break;
    default: reply->manner = SEND_NOTHING; break;
    }
    fault_clear(&fault);
}
