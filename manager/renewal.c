/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/enroll/v1/renewal?certId=ID: OURS, not SCM's. When the manager
 * wants a certificate renewed, say before it is revoked:
 *
 *   {"certId":"1001","renewAt":"2026-11-22T15:04:05Z","reason":"..."}
 *
 * Both are null where it has nothing to say. A client asks from time to time
 * and renews at that time, or by itself where that is earlier.
 */
#include "endpoints.h"

#include <microhttpd.h>

#include "hints.h"
#include "orders.h"
#include "scm_codes.h"
#include "text.h"

static void reply_hint(struct reply *reply, const char *id,
                       const struct hint *hint)
{
    cJSON *json = cJSON_CreateObject();
    char when[TEXT_TIME_SIZE];

    text_time(when, hint->renew_at);
    cJSON_AddStringToObject(json, "certId", id);
    json_add_text(json, "renewAt", hint->renew_at != 0 ? when : NULL);
    json_add_text(json, "reason", hint->reason);
    reply_json(reply, 200, json);
}

void ours_renewal(struct request *request, struct reply *reply)
{
    struct database *db = request->manager->db;
    const char *wanted = MHD_lookup_connection_value(
        request->connection, MHD_GET_ARGUMENT_KIND, "certId");
    struct hint hint = {0, NULL};
    struct order order;
    int64_t id = 0;
    int found = 0;

    if (wanted == NULL || wanted[0] == '\0') {
        reply_error(reply, 400, SCM_FIELD_MISSING,
                    "certId is required but missing");
        return;
    }
    if (text_number(wanted, 1, INT64_MAX, &id))
        found =
            order_load(db, id, request->account.id, manager_now(db), &order);
    if (found == 0) {
        reply_error(reply, 404, SCM_NOT_FOUND, "Certificate not found");
        return;
    }
    if (found == 1)
        order_free(&order);
    if (found == 1 && hint_load(db, id, &hint))
        reply_hint(reply, wanted, &hint);
    else
        reply_error(reply, 500, SCM_INTERNAL_ERROR, "Internal error");
    hint_clear(&hint);
}
