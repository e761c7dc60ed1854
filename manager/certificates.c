/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SCM's REST Enrollment API does with a certificate once it is ordered:
 * status, download, revoke. Documented (25.11): paths, bodies, 404 with -103
 * or -109 while an order is pending. Ours: 400 with -169 for orders that will
 * never be issued and for operations that exist for SSL only.
 */
#include "endpoints.h"

#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "orders.h"
#include "scm_codes.h"
#include "text.h"

/* The order of the path, of this account; else the reply says why not. */
static int order_of(struct request *request, struct reply *reply,
                    struct order *order)
{
    struct database *db = request->manager->db;
    int found = order_load(db, request->id, request->account.id,
                           manager_now(db), order);

    if (found < 0)
        reply_error(reply, 500, SCM_INTERNAL_ERROR, "Internal error");
    if (found == 0)
        reply_error(reply, 404, SCM_NOT_FOUND, "Certificate not found");
    return found == 1;
}

void scm_status(struct request *request, struct reply *reply)
{
    struct order order;
    cJSON *json;

    if (!order_of(request, reply, &order))
        return;
    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "status", order_state_name(order.state));
    reply_json(reply, 200, json);
    order_free(&order);
}

static void download(struct request *request, struct reply *reply,
                     const struct order *order)
{
    struct fault fault;
    const char *how = order->delivery;
    char *body = NULL;
    size_t length = 0;

    if (fault_take(request->manager->db, EP_DOWNLOAD, FAULT_DELIVER, &fault) ==
        1)
        how = fault.argument;
    if (delivery_make(request->manager->ca, order, how, &body, &length))
        reply_bytes(reply, 200, "application/x-pem-file", body, length);
    else
        reply_error(reply, 500, SCM_INTERNAL_ERROR, "Internal error");
    fault_clear(&fault);
    free(body);
}

void scm_download(struct request *request, struct reply *reply)
{
    struct order order;

    if (!order_of(request, reply, &order))
        return;
    switch (order.state) {
    case ORDER_REQUESTED:
        reply_error(reply, 404, SCM_NOT_COLLECTED_YET,
                    "Certificate has not been collected yet");
        break;
    case ORDER_APPROVED:
    case ORDER_APPLIED:
        reply_error(reply, 404, SCM_NOT_AVAILABLE_NOW,
                    "Certificate is not available now, please try again later");
        break;
    case ORDER_REVOKED:
        reply_error(reply, 400, SCM_REVOKED,
                    "Certificate has been revoked and cannot be downloaded");
        break;
    case ORDER_ISSUED:
    case ORDER_EXPIRED: download(request, reply, &order); break;
    default:
        reply_error(reply, 400, SCM_NOT_AVAILABLE,
                    "Certificate is not available, please contact "
                    "administrator");
        break;
    }
    order_free(&order);
}

/* ----- revocation ----- */

struct revocation {
    const char *message;
    int reason;
};

static int reason_allowed(int reason)
{
    return reason == 0 || reason == 1 || (reason >= 3 && reason <= 5);
}

/* {"message":"1..512 characters","reasonCode":0|1|3|4|5} */
static int revocation_read(const cJSON *body, struct revocation *r,
                           struct reply *reply)
{
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(body, "message");
    const cJSON *reason = cJSON_GetObjectItemCaseSensitive(body, "reasonCode");

    if (!cJSON_IsString(message) || message->valuestring[0] == '\0') {
        reply_error(reply, 400, SCM_FIELD_MISSING,
                    "message is required but missing");
        return 0;
    }
    r->message = message->valuestring;
    r->reason = 0;
    if (cJSON_IsNumber(reason) && reason->valuedouble == reason->valueint)
        r->reason = reason->valueint;
    else if (reason != NULL)
        r->reason = -1;
    if (strlen(r->message) <= 512 && reason_allowed(r->reason))
        return 1;
    reply_error(reply, 400, SCM_FIELD_INVALID, "Field '%s' has invalid value",
                strlen(r->message) > 512 ? "message" : "reasonCode");
    return 0;
}

static void reply_not_revocable(struct reply *reply, enum order_state state)
{
    if (state == ORDER_REVOKED)
        reply_error(reply, 400, SCM_ALREADY_REVOKED,
                    "Certificate is already revoked");
    else
        reply_error(reply, 400, SCM_REVOKE_NOT_ISSUED,
                    "Only issued certificates could be revoked");
}

void scm_revoke(struct request *request, struct reply *reply)
{
    struct database *db = request->manager->db;
    struct revocation r;
    struct order order;
    cJSON *body = NULL;
    int done;

    if (!order_of(request, reply, &order))
        return;
    if (request->length > 0)
        body = cJSON_ParseWithOpts(request->body, NULL, 1);
    if (revocation_read(body, &r, reply)) {
        done = order.state == ORDER_ISSUED
                   ? order_revoke(db, order.id, r.reason, r.message,
                                  manager_now(db))
                   : 0;
        if (done < 0)
            reply_error(reply, 500, SCM_INTERNAL_ERROR, "Internal error");
        else if (done == 0)
            reply_not_revocable(reply, order.state);
        else
            reply_status(reply, 200);
    }
    cJSON_Delete(body);
    order_free(&order);
}

void scm_ssl_only(struct request *request, struct reply *reply)
{
    struct order order;

    if (!order_of(request, reply, &order))
        return;
    reply_error(reply, 400, SCM_NOT_AVAILABLE,
                "This operation exists for SSL certificates only; enroll "
                "again instead");
    order_free(&order);
}
