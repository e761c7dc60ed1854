/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong below HTTP, in words. For http.c alone.
 */
#ifndef ENROLL_HOOK_PROTOCOL_HTTP_FAILURE_H
#define ENROLL_HOOK_PROTOCOL_HTTP_FAILURE_H

#include <curl/curl.h>

#include "hook/protocol/http.h"

struct enroll_http_failure {
    CURLcode code;
    const char *words;   /* libcurl's own, or "" */
    long verify;         /* X509_V_ERR_... where libcurl runs on OpenSSL */
    long connect_status; /* of the proxy's reply to CONNECT, or 0 */
    long os_errno;       /* of connect(2), or 0 */
    int refused;         /* of socket(2): this machine has none; or 0 */
    int sent;            /* the connection stood when it failed */
    int too_large;
    int too_late;     /* the deadline had passed before it began */
    long long waited; /* milliseconds */
    size_t max;
};

/* Fills *problem: who, why, what to set. */
void enroll_http_explain(const struct enroll_profile *profile,
                         const struct enroll_http_request *request,
                         const struct enroll_http_failure *failure,
                         struct enroll_problem *problem);

#endif
