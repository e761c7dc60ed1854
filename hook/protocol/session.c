/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens and closes what all protocols over HTTPS share. Connects to nobody.
 */
#include "hook/protocol/session.h"

#include <string.h>

#include <openssl/crypto.h>

#include "core/wire.h"
#include "hook/secret.h"

/* A secret as short as this is in many a line, and no secret. */
#define SHORT_WORD 6

void enroll_session_free(struct enroll_session *session)
{
    if (session == NULL)
        return;
    enroll_token_free(session->token);
    enroll_http_free(session->http);
    enroll_secret_free(session->secret);
    OPENSSL_free(session);
}

int enroll_session_new(const struct enroll_profile *profile,
                       struct enroll_session **session,
                       struct enroll_problem *problem)
{
    struct enroll_session *made = OPENSSL_zalloc(sizeof(*made));

    if (made == NULL)
        goto err;
    if (!enroll_secret_read(profile->name, "client-secret",
                            profile->client_secret, &made->secret, problem)) {
        enroll_session_free(made);
        return 0;
    }
    made->profile = profile;
    made->deadline = enroll_monotonic_ms() + 1000LL * ENROLL_SESSION_SECONDS;
    made->http = enroll_http_new(profile);
    if (made->http == NULL)
        goto err;
    made->token = enroll_token_new(profile, made->http, made->secret);
    if (made->token == NULL)
        goto err;
    *session = made;
    return 1;
err:
    enroll_session_free(made);
    return enroll_problem_set(problem, ENROLL_INTERNAL, "%s: out of memory",
                              profile->name);
}

void enroll_session_deadline(struct enroll_session *session, long long deadline)
{
    session->deadline = deadline;
}

void enroll_session_finish(const struct enroll_session *session,
                           struct enroll_problem *problem)
{
    if (problem == NULL || problem->line[0] == '\0')
        return;
    if ((strlen(session->secret) >= SHORT_WORD &&
         strstr(problem->line, session->secret) != NULL) ||
        enroll_token_in(session->token, problem->line))
        enroll_problem_set(problem, problem->class,
                           "the manager refused, in words that are withheld "
                           "because they repeat our own secret; ask its "
                           "administrator to look at its log");
    enroll_problem_prefix(problem, session->profile->name);
}
