/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the manager would have a certificate renewed: a question that only
 * enroll-manager knows (SCM has none). Called through the table in protocol.c;
 * asked only where order-id-field says that it is such a manager.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "hook/protocol/scm.h"

static enum enroll_hint_result read_hint(const struct enroll_session *session,
                                         const struct enroll_http_reply *reply,
                                         time_t *renew_at,
                                         struct enroll_problem *problem)
{
    struct enroll_scm_error error;
    enum enroll_scm_meaning meaning = enroll_scm_meaning(reply, &error);
    const char *why = NULL;

    if (reply->status == 404)
        return ENROLL_HINT_IMPOSSIBLE;
    if (meaning != ENROLL_SCM_FINE)
        enroll_scm_explain(session->profile, "refused the question", reply,
                           meaning, &error, problem);
    else if (enroll_scm_read_hint(reply->body, reply->length, renew_at, &why))
        return ENROLL_HINT_KNOWN;
    else
        enroll_scm_unreadable(session->profile, reply, why, problem);
    return ENROLL_HINT_FAILED;
}

enum enroll_hint_result enroll_scm_hint(struct enroll_session *session,
                                        const char *id, time_t *renew_at,
                                        struct enroll_problem *problem)
{
    const struct enroll_profile *profile = session->profile;
    enum enroll_hint_result result = ENROLL_HINT_FAILED;
    struct enroll_http_reply reply = {0};
    char url[ENROLL_SCM_URL_MAX];
    char *escaped = NULL;
    int length = -1;

    if (profile->order_id_field == NULL ||
        strcmp(profile->order_id_field, ENROLL_SCM_LOOKUP_FIELD) != 0)
        return ENROLL_HINT_IMPOSSIBLE;
    escaped = enroll_http_escape(session->http, id);
    if (escaped != NULL)
        length =
            snprintf(url, sizeof(url), "%s/api/enroll/v1/renewal?certId=%s",
                     profile->url, escaped);
    OPENSSL_free(escaped);
    if (length < 0 || (size_t)length >= sizeof(url)) {
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "the address of the question is too long");
    } else if (enroll_scm_call(session, "GET", url, "Accept: application/json",
                               NULL, &reply, problem) == ENROLL_HTTP_ANSWERED) {
        result = read_hint(session, &reply, renew_at, problem);
        enroll_http_reply_clear(&reply);
    }
    enroll_session_finish(session, problem);
    return result;
}
