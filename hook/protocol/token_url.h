/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the tokens of a manager are made: token-url, or what the manager's own
 * 401 names, if that is among token-hosts or the host of url.
 */
#ifndef ENROLL_HOOK_PROTOCOL_TOKEN_URL_H
#define ENROLL_HOOK_PROTOCOL_TOKEN_URL_H

#include "hook/protocol/http.h"

#define ENROLL_TOKEN_URL_MAX 1024

/* probe_url is asked without a token. 1 and url, or 0 and *problem. */
int enroll_token_url(const struct enroll_profile *profile,
                     struct enroll_http *http, const char *probe_url,
                     long long deadline, char url[ENROLL_TOKEN_URL_MAX],
                     struct enroll_problem *problem);

#endif
