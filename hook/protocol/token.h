/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access token of a session: OAuth 2 client credentials (RFC 6749, 4.4),
 * kept in memory until shortly before it expires, and where to get it, which
 * is configured or told by the manager's 401 and then held against the
 * allow-list: a manager must not be able to send the secret anywhere else.
 */
#ifndef ENROLL_HOOK_PROTOCOL_TOKEN_H
#define ENROLL_HOOK_PROTOCOL_TOKEN_H

#include "hook/protocol/http.h"

#define ENROLL_TOKEN_MAX 16384

struct enroll_token;

/* All borrowed. NULL: out of memory. */
struct enroll_token *enroll_token_new(const struct enroll_profile *profile,
                                      struct enroll_http *http,
                                      const char *secret);
void enroll_token_free(struct enroll_token *token);

/*
 * "Authorization: Bearer ..." into *header, owned by token and valid until the
 * next call; fetched if need be. probe_url is what to ask without a token to
 * be told where tokens are made. 1, or 0 and *problem.
 */
int enroll_token_header(struct enroll_token *token, const char *probe_url,
                        long long deadline, const char **header,
                        struct enroll_problem *problem);

/* 1 if the last token was refused for our credentials. */
int enroll_token_refused(const struct enroll_token *token);

/* The manager did not take it: the next call fetches another. */
void enroll_token_drop(struct enroll_token *token);

/*
 * For how many seconds a token is used that is said to be good for expires_in
 * (anything at all; 0 or less: not said).
 */
long enroll_token_lifetime(double expires_in);

/* 1 if text contains the token; for the last look at a line. */
int enroll_token_in(const struct enroll_token *token, const char *text);

#endif
