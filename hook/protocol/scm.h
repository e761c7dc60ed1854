/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sectigo Certificate Manager's REST Enrollment API, `manager = scm`, in
 * parts: scm.c (orders, revocation, probing), scm_collect.c, scm_json.c
 * (bodies), scm_hint.c (when to renew), scm_refusal.c (what a refusal means).
 * For these and their tests.
 */
#ifndef ENROLL_HOOK_PROTOCOL_SCM_H
#define ENROLL_HOOK_PROTOCOL_SCM_H

#include "hook/protocol/session.h"
#include "hook/protocol/words.h"

extern const struct enroll_protocol enroll_protocol_scm;

#define ENROLL_SCM_STATUS_MAX 64
#define ENROLL_SCM_URL_MAX    2048
/* The custom field that enroll-manager's lookup searches. */
#define ENROLL_SCM_LOOKUP_FIELD "clientOrderId"

/* ----- scm_json.c: bodies, callable on any bytes ----- */

/* {"code":-141,"description":"..."}; either may be missing */
struct enroll_scm_error {
    int is_scm; /* has at least one of the two */
    int has_code;
    long long code;
    char text[ENROLL_WORDS_MAX]; /* "" if none */
};
void enroll_scm_read_error(const char *data, size_t length,
                           struct enroll_scm_error *error);

/* certId of {"certId":"..."}: string or number; *id: OPENSSL_free. */
int enroll_scm_read_id(const char *data, size_t length, char **id,
                       const char **why);
int enroll_scm_read_status(const char *data, size_t length,
                           char status[ENROLL_SCM_STATUS_MAX],
                           const char **why);
/* The first certId of {"orders":[...]}, NULL where there is none. */
int enroll_scm_read_orders(const char *data, size_t length, char **id,
                           const char **why);

/*
 * renewAt of {"renewAt":RFC 3339 or null}; *renew_at 0 for null. 1, or 0 and
 * *why.
 */
int enroll_scm_read_hint(const char *data, size_t length, time_t *renew_at,
                         const char **why);

/* Request bodies (OPENSSL_free), or NULL: out of memory. */
char *enroll_scm_write_order(const struct enroll_profile *profile,
                             const struct enroll_order *order);
char *enroll_scm_write_revocation(const struct enroll_revocation *revocation);

/* ----- scm_refusal.c ----- */

enum enroll_scm_meaning {
    ENROLL_SCM_FINE, /* 2xx */
    ENROLL_SCM_PENDING,
    ENROLL_SCM_CREDENTIALS,
    ENROLL_SCM_THROTTLED,
    ENROLL_SCM_TEMPORARY,
    ENROLL_SCM_ELSEWHERE, /* a redirect */
    ENROLL_SCM_NOT_THERE, /* nothing that looks like the API */
    ENROLL_SCM_UNKNOWN_ORDER,
    ENROLL_SCM_REVOKED,
    ENROLL_SCM_ALREADY_REVOKED, /* said to a revocation */
    ENROLL_SCM_REJECTED
};

/* Reads error from the reply's body on the way. */
enum enroll_scm_meaning enroll_scm_meaning(
    const struct enroll_http_reply *reply, struct enroll_scm_error *error);

/* The same without a reply at hand; literal, for tests. */
enum enroll_scm_meaning enroll_scm_error_meaning(
    long status, const struct enroll_scm_error *error);

/* doing: "refused the order", what the host did to us. */
void enroll_scm_explain(const struct enroll_profile *profile, const char *doing,
                        const struct enroll_http_reply *reply,
                        enum enroll_scm_meaning meaning,
                        const struct enroll_scm_error *error,
                        struct enroll_problem *problem);

/* "HOST answered with something that WHY (TYPE, N bytes)". */
void enroll_scm_unreadable(const struct enroll_profile *profile,
                           const struct enroll_http_reply *reply,
                           const char *why, struct enroll_problem *problem);

/* ----- scm.c ----- */

/* Path below the base; id and suffix may be NULL. 1, or 0 and *problem. */
int enroll_scm_url(const struct enroll_session *session, const char *id,
                   const char *suffix, char url[ENROLL_SCM_URL_MAX],
                   struct enroll_problem *problem);

/*
 * One call with a token; a 401 makes for another token and a second try, since
 * nothing was done the first time.
 */
enum enroll_http_result enroll_scm_call(struct enroll_session *session,
                                        const char *method, const char *url,
                                        const char *accept, const char *body,
                                        struct enroll_http_reply *reply,
                                        struct enroll_problem *problem);

/* ----- scm_hint.c ----- */

enum enroll_hint_result enroll_scm_hint(struct enroll_session *session,
                                        const char *id, time_t *renew_at,
                                        struct enroll_problem *problem);

/* ----- scm_collect.c ----- */

enum enroll_collect_result enroll_scm_collect(struct enroll_session *session,
                                              const char *id,
                                              STACK_OF(X509) * *certificates,
                                              struct enroll_problem *problem);

enum enroll_scm_state {
    ENROLL_SCM_WAITS_FOR_APPROVAL,
    ENROLL_SCM_AT_THE_CA,
    ENROLL_SCM_ISSUED,
    ENROLL_SCM_DEAD,
    ENROLL_SCM_UNHEARD_OF /* pending, with a deadline */
};
enum enroll_scm_state enroll_scm_state(const char *status);

#endif
