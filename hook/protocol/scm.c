/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SCM's REST Enrollment API: orders, revocation, probing, and the lookup that
 * only enroll-manager offers. Called through the table in protocol.c; never
 * repeats an order and touches nothing on disk.
 */
#include "hook/protocol/scm.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

static const char lookup_field[] = ENROLL_SCM_LOOKUP_FIELD;

/* ----- calls ----- */

int enroll_scm_url(const struct enroll_session *session, const char *id,
                   const char *suffix, char url[ENROLL_SCM_URL_MAX],
                   struct enroll_problem *problem)
{
    char *escaped = enroll_http_escape(session->http, id == NULL ? "" : id);
    int length = -1;

    if (escaped != NULL)
        length =
            snprintf(url, ENROLL_SCM_URL_MAX, "%s/api/v1/certificates%s%s%s",
                     session->profile->url, id == NULL ? "" : "/", escaped,
                     suffix == NULL ? "" : suffix);
    OPENSSL_free(escaped);
    if (length > 0 && length < ENROLL_SCM_URL_MAX)
        return 1;
    return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                              "the address of the manager is too long: url");
}

/* An address that needs a token and does nothing, for a first 401. */
static int probe_url(const struct enroll_session *session,
                     char url[ENROLL_SCM_URL_MAX],
                     struct enroll_problem *problem)
{
    return enroll_scm_url(session, "1", "/status", url, problem);
}

enum enroll_http_result enroll_scm_call(struct enroll_session *session,
                                        const char *method, const char *url,
                                        const char *accept, const char *body,
                                        struct enroll_http_reply *reply,
                                        struct enroll_problem *problem)
{
    const char *headers[4] = {NULL, accept, NULL, NULL};
    const struct enroll_http_request request = {
        .method = method,
        .url = url,
        .setting = "url",
        .headers = headers,
        .body = body,
        .body_length = body == NULL ? 0 : strlen(body),
        .deadline = session->deadline,
    };
    char unauthenticated[ENROLL_SCM_URL_MAX];

    if (!probe_url(session, unauthenticated, problem))
        return ENROLL_HTTP_NOT_SENT;
    if (body != NULL)
        headers[2] = "Content-Type: application/json";
    for (int again = 0;; again = 1) {
        enum enroll_http_result result;

        if (!enroll_token_header(session->token, unauthenticated,
                                 session->deadline, &headers[0], problem))
            return ENROLL_HTTP_NOT_SENT;
        result = enroll_http_perform(session->http, &request, reply, problem);
        session->unauthorized = result == ENROLL_HTTP_ANSWERED &&
                                (reply->status == 401 || reply->status == 403);
        if (result != ENROLL_HTTP_ANSWERED || reply->status != 401 || again)
            return result;
        enroll_http_reply_clear(reply);
        enroll_token_drop(session->token);
    }
}

static const char accept_json[] = "Accept: application/json";

/* ----- the table's functions ----- */

static int scm_open(const struct enroll_profile *profile,
                    struct enroll_session **session,
                    struct enroll_problem *problem)
{
    const char *missing = NULL;

    if (profile->url == NULL)
        missing = "url";
    else if (profile->client_id == NULL)
        missing = "client-id";
    else if (profile->client_secret == NULL)
        missing = "client-secret";
    else if (profile->email == NULL)
        missing = "email";
    if (missing != NULL) {
        char setting[ENROLL_SETTING_MAX];

        enroll_setting(profile, missing, setting);
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "%s: manager = scm needs %s", profile->name,
                                  setting);
    }
    return enroll_session_new(profile, session, problem);
}

static int scm_prepare(struct enroll_session *session,
                       struct enroll_problem *problem)
{
    char url[ENROLL_SCM_URL_MAX];
    const char *header = NULL;
    int ok;

    enroll_http_forget_retry_after(session->http);
    ok = probe_url(session, url, problem) &&
         enroll_token_header(session->token, url, session->deadline, &header,
                             problem);
    if (!ok)
        enroll_session_finish(session, problem);
    return ok;
}

/*
 * What an answer that is no success says about the order. 4xx, 429 and 503
 * are given before anything is done, and so are redirects; the other 5xx may
 * come from a gateway behind which the order was taken, and 303 is how servers
 * answer a POST that they have obeyed.
 */
static int surely_refused(long status)
{
    return (status >= 400 && status < 500) || status == 503 || status == 301 ||
           status == 302 || status == 307 || status == 308;
}

static enum enroll_order_result read_order(
    struct enroll_session *session, const struct enroll_http_reply *reply,
    char **id, struct enroll_problem *problem)
{
    struct enroll_scm_error error;
    enum enroll_scm_meaning meaning = enroll_scm_meaning(reply, &error);
    const char *why = NULL;

    if (meaning == ENROLL_SCM_FINE) {
        if (enroll_scm_read_id(reply->body, reply->length, id, &why))
            return ENROLL_ORDER_TAKEN;
        enroll_scm_unreadable(session->profile, reply, why, problem);
        return ENROLL_ORDER_DOUBT;
    }
    /* "Pending" and "no such order" make no sense here: the words have to. */
    if (meaning == ENROLL_SCM_PENDING || meaning == ENROLL_SCM_UNKNOWN_ORDER)
        meaning = ENROLL_SCM_REJECTED;
    enroll_scm_explain(session->profile, "refused the order", reply, meaning,
                       &error, problem);
    return surely_refused(reply->status) ? ENROLL_ORDER_REFUSED
                                         : ENROLL_ORDER_DOUBT;
}

static enum enroll_order_result scm_order(struct enroll_session *session,
                                          const struct enroll_order *order,
                                          char **id,
                                          struct enroll_problem *problem)
{
    struct enroll_http_reply reply = {0};
    char url[ENROLL_SCM_URL_MAX];
    char *body = enroll_scm_write_order(session->profile, order);
    enum enroll_order_result result = ENROLL_ORDER_REFUSED;

    enroll_http_forget_retry_after(session->http);
    if (body == NULL) {
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "out of memory while writing the order");
        goto out;
    }
    if (!enroll_scm_url(session, NULL, NULL, url, problem))
        goto out;
    switch (enroll_scm_call(session, "POST", url, accept_json, body, &reply,
                            problem)) {
    case ENROLL_HTTP_NOT_SENT: break;
    case ENROLL_HTTP_UNCERTAIN: result = ENROLL_ORDER_DOUBT; break;
    case ENROLL_HTTP_ANSWERED:
        result = read_order(session, &reply, id, problem);
        enroll_http_reply_clear(&reply);
        break;
    }
out:
    OPENSSL_free(body);
    enroll_session_finish(session, problem);
    return result;
}

static int read_revocation(struct enroll_session *session,
                           const struct enroll_http_reply *reply,
                           const char *id, struct enroll_problem *problem)
{
    struct enroll_scm_error error;
    enum enroll_scm_meaning meaning = enroll_scm_meaning(reply, &error);

    switch (meaning) {
    case ENROLL_SCM_FINE:
        enroll_problem_set(problem, ENROLL_OK, "%s", "");
        return 1;
    case ENROLL_SCM_ALREADY_REVOKED:
    case ENROLL_SCM_REVOKED:
        enroll_problem_set(problem, ENROLL_OK,
                           "the certificate of order %s was revoked already",
                           id);
        return 1;
    default:
        enroll_scm_explain(session->profile, "refused the revocation", reply,
                           meaning, &error, problem);
        return 0;
    }
}

static int scm_revoke(struct enroll_session *session, const char *id,
                      const struct enroll_revocation *revocation,
                      struct enroll_problem *problem)
{
    struct enroll_http_reply reply = {0};
    char url[ENROLL_SCM_URL_MAX];
    char *body = enroll_scm_write_revocation(revocation);
    int ok = 0;

    enroll_http_forget_retry_after(session->http);
    if (body == NULL)
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "out of memory while writing the revocation");
    else if (enroll_scm_url(session, id, NULL, url, problem) &&
             enroll_scm_call(session, "DELETE", url, accept_json, body, &reply,
                             problem) == ENROLL_HTTP_ANSWERED) {
        ok = read_revocation(session, &reply, id, problem);
        enroll_http_reply_clear(&reply);
    }
    OPENSSL_free(body);
    enroll_session_finish(session, problem);
    return ok;
}

static enum enroll_lookup_result impossible(
    const struct enroll_session *session, const char *why,
    struct enroll_problem *problem)
{
    enroll_problem_set(problem, ENROLL_NOT_USABLE,
                       "whether the order was taken cannot be asked: %s; look "
                       "for it in the manager's own console, in the "
                       "code signing certificates of client-id '%.64s'",
                       why, session->profile->client_id);
    return ENROLL_LOOKUP_IMPOSSIBLE;
}

static enum enroll_lookup_result read_lookup(
    struct enroll_session *session, const struct enroll_http_reply *reply,
    char **id, struct enroll_problem *problem)
{
    struct enroll_scm_error error;
    enum enroll_scm_meaning meaning = enroll_scm_meaning(reply, &error);
    const char *why = NULL;

    switch (meaning) {
    case ENROLL_SCM_FINE:
        if (enroll_scm_read_orders(reply->body, reply->length, id, &why))
            return ENROLL_LOOKUP_KNOWN;
        return impossible(session, "this manager has no lookup of orders",
                          problem);
    case ENROLL_SCM_THROTTLED:
    case ENROLL_SCM_TEMPORARY:
        enroll_scm_explain(session->profile, "refused the lookup", reply,
                           meaning, &error, problem);
        return ENROLL_LOOKUP_FAILED;
    case ENROLL_SCM_CREDENTIALS:
        if (reply->status == 401) {
            enroll_scm_explain(session->profile, "refused the lookup", reply,
                               meaning, &error, problem);
            return ENROLL_LOOKUP_FAILED;
        }
        /* A gateway's way to say that it does not know the path. */
        /* fall through */
    default:
        return impossible(session, "this manager has no lookup of orders",
                          problem);
    }
}

static enum enroll_lookup_result scm_lookup(struct enroll_session *session,
                                            const char *client_order_id,
                                            char **id,
                                            struct enroll_problem *problem)
{
    const struct enroll_profile *profile = session->profile;
    struct enroll_http_reply reply = {0};
    char url[ENROLL_SCM_URL_MAX];
    enum enroll_lookup_result result = ENROLL_LOOKUP_FAILED;
    char *escaped = NULL;
    int length = -1;

    enroll_http_forget_retry_after(session->http);
    /* An order without that field would never be found. */
    if (profile->order_id_field == NULL ||
        strcmp(profile->order_id_field, lookup_field) != 0) {
        result =
            impossible(session, "order-id-field is not clientOrderId", problem);
        goto out;
    }
    escaped = enroll_http_escape(session->http, client_order_id);
    if (escaped != NULL)
        length = snprintf(url, sizeof(url), "%s/api/enroll/v1/orders?%s=%s",
                          profile->url, lookup_field, escaped);
    if (length < 0 || (size_t)length >= sizeof(url)) {
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "the address of the lookup is too long");
        goto out;
    }
    if (enroll_scm_call(session, "GET", url, accept_json, NULL, &reply,
                        problem) == ENROLL_HTTP_ANSWERED) {
        result = read_lookup(session, &reply, id, problem);
        enroll_http_reply_clear(&reply);
    }
out:
    OPENSSL_free(escaped);
    enroll_session_finish(session, problem);
    return result;
}

static int scm_probe(struct enroll_session *session, time_t *date,
                     struct enroll_problem *problem)
{
    struct enroll_http_reply reply = {0};
    char url[ENROLL_SCM_URL_MAX];
    struct enroll_scm_error error;
    enum enroll_scm_meaning meaning;
    int ok = 0;

    enroll_http_forget_retry_after(session->http);
    if (!probe_url(session, url, problem) ||
        enroll_scm_call(session, "GET", url, accept_json, NULL, &reply,
                        problem) != ENROLL_HTTP_ANSWERED)
        goto out;
    meaning = enroll_scm_meaning(&reply, &error);
    /* Order 1 is hardly ours: that it is refused as such is fine. */
    ok = meaning == ENROLL_SCM_FINE || meaning == ENROLL_SCM_PENDING ||
         meaning == ENROLL_SCM_UNKNOWN_ORDER || meaning == ENROLL_SCM_REVOKED ||
         (meaning == ENROLL_SCM_REJECTED && error.is_scm);
    if (ok)
        *date = reply.date;
    else
        enroll_scm_explain(session->profile, "refused the probe", &reply,
                           meaning, &error, problem);
    enroll_http_reply_clear(&reply);
out:
    if (!ok)
        enroll_session_finish(session, problem);
    return ok;
}

static long scm_retry_after(const struct enroll_session *session)
{
    return enroll_http_retry_after(session->http);
}

static int scm_clock(const struct enroll_session *session, long *ahead)
{
    return enroll_http_clock(session->http, ahead);
}

static int scm_unauthorized(const struct enroll_session *session)
{
    return session->unauthorized || enroll_token_refused(session->token);
}

const struct enroll_protocol enroll_protocol_scm = {
    .name = "scm",
    .open = scm_open,
    .close = enroll_session_free,
    .prepare = scm_prepare,
    .order = scm_order,
    .collect = enroll_scm_collect,
    .revoke = scm_revoke,
    .lookup = scm_lookup,
    .probe = scm_probe,
    .clock = scm_clock,
    .hint = enroll_scm_hint,
    .unauthorized = scm_unauthorized,
    .retry_after = scm_retry_after,
};
