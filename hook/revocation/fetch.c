/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fetches over hook/protocol/http. Called by look.c.
 */
#include "hook/revocation/fetch.h"

#include <stdio.h>

#include "hook/protocol/url.h"

#define REDIRECTS_MAX 3

static int is_redirect(const struct enroll_http_reply *reply)
{
    return (reply->status == 301 || reply->status == 302 ||
            reply->status == 307 || reply->status == 308) &&
           reply->location[0] != '\0';
}

int enroll_fetch(struct enroll_http *http,
                 const struct enroll_http_request *request,
                 struct enroll_http_reply *reply,
                 struct enroll_problem *problem)
{
    struct enroll_http_request each = *request;
    char url[ENROLL_HTTP_LOCATION_MAX], host[ENROLL_AUTHORITY_MAX];
    long status = 0;

    each.plain = 1;
    each.setting = NULL;
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
        if (enroll_http_perform(http, &each, reply, problem) !=
            ENROLL_HTTP_ANSWERED)
            return 0;
        status = reply->status;
        if (status == 200)
            return 1;
        if (!is_redirect(reply))
            break;
        snprintf(url, sizeof(url), "%s", reply->location);
        each.url = url;
        enroll_http_reply_clear(reply);
    }
    enroll_url_shown(each.url, host);
    if (status >= 300 && status < 400)
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "%s sends from one address to the next", host);
    else
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "%s answered with HTTP %ld", host, status);
    enroll_http_reply_clear(reply);
    return 0;
}
