/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Getting what a certificate's own addresses offer: http or https, a few
 * redirects, a cap, a deadline. What comes is signed, so the way need not be.
 */
#ifndef ENROLL_HOOK_REVOCATION_FETCH_H
#define ENROLL_HOOK_REVOCATION_FETCH_H

#include "hook/protocol/http.h"

/*
 * request: method, url, headers, body, deadline and max; the rest is set here.
 * 1 and *reply with status 200 (enroll_http_reply_clear), or 0 and *problem,
 * which names the host.
 */
int enroll_fetch(struct enroll_http *http,
                 const struct enroll_http_request *request,
                 struct enroll_http_reply *reply,
                 struct enroll_problem *problem);

#endif
