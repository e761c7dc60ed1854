/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/enroll/v1/orders?clientOrderId=X: OURS, not SCM's.
 *
 * SCM has no idempotency key: a client whose connection broke after it had
 * sent an order cannot tell whether the order was taken. Where the account
 * has the custom field clientOrderId, this finds it again:
 *
 *   {"orders":[{"certId":"1001","status":"Issued"}]}
 */
#include "endpoints.h"

#include <microhttpd.h>

#include "orders.h"
#include "scm_codes.h"

static int order_add(void *arg, const struct order *order)
{
    cJSON *json = cJSON_CreateObject();
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)order->id);
    cJSON_AddStringToObject(json, "certId", id);
    cJSON_AddStringToObject(json, "status", order_state_name(order->state));
    return cJSON_AddItemToArray(arg, json);
}

void ours_orders(struct request *request, struct reply *reply)
{
    struct database *db = request->manager->db;
    const char *wanted = MHD_lookup_connection_value(
        request->connection, MHD_GET_ARGUMENT_KIND, "clientOrderId");
    cJSON *json = NULL;

    if (wanted == NULL || wanted[0] == '\0') {
        reply_error(reply, 400, SCM_FIELD_MISSING,
                    "clientOrderId is required but missing");
        return;
    }
    json = cJSON_CreateObject();
    if (order_each(db, request->account.id, wanted, manager_now(db), order_add,
                   cJSON_AddArrayToObject(json, "orders"))) {
        reply_json(reply, 200, json);
    } else {
        cJSON_Delete(json);
        reply_error(reply, 500, SCM_INTERNAL_ERROR, "Internal error");
    }
}
