/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects the certificate of an order: one request where it is issued, a
 * second for the status where it is not. Called through the table in scm.c.
 */
#include "hook/protocol/scm.h"

#include <string.h>
#include <strings.h>

#include "hook/protocol/pem.h"
#include "hook/protocol/url.h"

/* ----- status ----- */

/*
 * SCM's page on code signing certificates names the first seven; the others
 * are met in its other products and by other clients. Anything else is taken
 * for a new name of "pending".
 */
static const struct {
    const char *status;
    enum enroll_scm_state state;
} states[] = {
    {"requested", ENROLL_SCM_WAITS_FOR_APPROVAL},
    {"approved", ENROLL_SCM_AT_THE_CA},
    {"applied", ENROLL_SCM_AT_THE_CA},
    {"issued", ENROLL_SCM_ISSUED},
    {"declined", ENROLL_SCM_DEAD},
    {"rejected", ENROLL_SCM_DEAD},
    {"revoked", ENROLL_SCM_DEAD},
    {"expired", ENROLL_SCM_DEAD},
    {"invalid", ENROLL_SCM_DEAD},
    {"awaiting approval", ENROLL_SCM_WAITS_FOR_APPROVAL},
    {"enrolled - pending download", ENROLL_SCM_ISSUED},
};

enum enroll_scm_state enroll_scm_state(const char *status)
{
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (strcasecmp(states[i].status, status) == 0)
            return states[i].state;
    return ENROLL_SCM_UNHEARD_OF;
}

static const char *state_words(enum enroll_scm_state state)
{
    switch (state) {
    case ENROLL_SCM_WAITS_FOR_APPROVAL:
        return "an administrator of the manager has to approve it";
    case ENROLL_SCM_AT_THE_CA: return "the CA is at work on it";
    case ENROLL_SCM_ISSUED: return "it is issued, but cannot be downloaded yet";
    default: return "a status that is not known here, taken for pending";
    }
}

static enum enroll_collect_result judge_status(
    const struct enroll_session *session, const char *id, const char *status,
    struct enroll_problem *problem)
{
    enum enroll_scm_state state = enroll_scm_state(status);
    char host[ENROLL_AUTHORITY_MAX];

    enroll_url_shown(session->profile->url, host);
    if (state == ENROLL_SCM_DEAD) {
        enroll_problem_set(problem, ENROLL_REJECTED,
                           "order %s ended at %s as '%s'; its administrator "
                           "knows why",
                           id, host, status);
        return ENROLL_COLLECT_DEAD;
    }
    enroll_problem_set(problem, ENROLL_PENDING,
                       "order %s is pending at %s: '%s': %s", id, host, status,
                       state_words(state));
    return ENROLL_COLLECT_PENDING;
}

/*
 * Asks for the status, for what a download has left open. 1 and *result, or 0
 * if that brought nothing, with *problem untouched.
 */
static int ask_status(struct enroll_session *session, const char *id,
                      enum enroll_collect_result *result,
                      struct enroll_problem *problem)
{
    struct enroll_http_reply reply = {0};
    char url[ENROLL_SCM_URL_MAX], status[ENROLL_SCM_STATUS_MAX];
    const char *why = NULL;
    struct enroll_problem ignored;
    int ok = 0;

    if (!enroll_scm_url(session, id, "/status", url, &ignored) ||
        enroll_scm_call(session, "GET", url, "Accept: application/json", NULL,
                        &reply, &ignored) != ENROLL_HTTP_ANSWERED)
        return 0;
    ok = reply.status == 200 &&
         enroll_scm_read_status(reply.body, reply.length, status, &why);
    if (ok)
        *result = judge_status(session, id, status, problem);
    enroll_http_reply_clear(&reply);
    return ok;
}

/* ----- download ----- */

static enum enroll_collect_result read_certificates(
    struct enroll_session *session, const struct enroll_http_reply *reply,
    STACK_OF(X509) * *certificates, struct enroll_problem *problem)
{
    if (strncasecmp(reply->content_type, "text/html", 9) == 0) {
        enroll_scm_unreadable(session->profile, reply, "is no certificate",
                              problem);
        return ENROLL_COLLECT_FAILED;
    }
    return enroll_certificates_read(reply->body, reply->length, certificates,
                                    problem)
               ? ENROLL_COLLECTED
               : ENROLL_COLLECT_FAILED;
}

/* The download was refused: for now, for good, or for another reason? */
static enum enroll_collect_result judge_refusal(
    struct enroll_session *session, const char *id,
    const struct enroll_http_reply *reply, struct enroll_problem *problem)
{
    struct enroll_scm_error error;
    enum enroll_scm_meaning meaning = enroll_scm_meaning(reply, &error);
    enum enroll_collect_result result = ENROLL_COLLECT_FAILED;

    enroll_scm_explain(session->profile, "refused to deliver the certificate",
                       reply, meaning, &error, problem);
    switch (meaning) {
    case ENROLL_SCM_PENDING: result = ENROLL_COLLECT_PENDING; break;
    case ENROLL_SCM_REVOKED:
    case ENROLL_SCM_ALREADY_REVOKED: result = ENROLL_COLLECT_DEAD; break;
    case ENROLL_SCM_UNKNOWN_ORDER: result = ENROLL_COLLECT_UNKNOWN; break;
    case ENROLL_SCM_REJECTED: break;
    default: return ENROLL_COLLECT_FAILED;
    }
    /* The status knows better; without one the refusal stands. */
    ask_status(session, id, &result, problem);
    return result;
}

enum enroll_collect_result enroll_scm_collect(struct enroll_session *session,
                                              const char *id,
                                              STACK_OF(X509) * *certificates,
                                              struct enroll_problem *problem)
{
    static const char accept[] = "Accept: application/x-pem-file, "
                                 "application/pem-certificate-chain, "
                                 "application/json";
    struct enroll_http_reply reply = {0};
    char url[ENROLL_SCM_URL_MAX];
    enum enroll_collect_result result = ENROLL_COLLECT_FAILED;

    enroll_http_forget_retry_after(session->http);
    if (enroll_scm_url(session, id, NULL, url, problem) &&
        enroll_scm_call(session, "GET", url, accept, NULL, &reply, problem) ==
            ENROLL_HTTP_ANSWERED) {
        if (reply.status == 200)
            result = read_certificates(session, &reply, certificates, problem);
        else
            result = judge_refusal(session, id, &reply, problem);
        enroll_http_reply_clear(&reply);
    }
    if (result != ENROLL_COLLECTED)
        enroll_session_finish(session, problem);
    return result;
}
