/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an open session consists of, for the protocols over HTTPS. Only
 * protocol files look inside.
 */
#ifndef ENROLL_HOOK_PROTOCOL_SESSION_H
#define ENROLL_HOOK_PROTOCOL_SESSION_H

#include "hook/protocol/http.h"
#include "hook/protocol/protocol.h"
#include "hook/protocol/token.h"

#define ENROLL_SESSION_SECONDS 60 /* until a deadline is set */

struct enroll_session {
    const struct enroll_profile *profile; /* borrowed */
    struct enroll_http *http;
    struct enroll_token *token;
    char *secret;
    long long deadline;
    int unauthorized; /* the last answer was 401 or 403 */
};

/* Reads client-secret; 1 and *session (enroll_session_free), or 0. */
int enroll_session_new(const struct enroll_profile *profile,
                       struct enroll_session **session,
                       struct enroll_problem *problem);
void enroll_session_free(struct enroll_session *session);

/*
 * Every operation ends here: the line names the profile, and a line into which
 * the manager wrote our own secret back is withheld.
 */
void enroll_session_finish(const struct enroll_session *session,
                           struct enroll_problem *problem);

#endif
