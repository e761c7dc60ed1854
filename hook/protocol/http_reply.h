/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From libcurl's headers to struct enroll_http_reply. For http.c alone.
 */
#ifndef ENROLL_HOOK_PROTOCOL_HTTP_REPLY_H
#define ENROLL_HOOK_PROTOCOL_HTTP_REPLY_H

#include <curl/curl.h>

#include "hook/protocol/http.h"

/* Fills all that comes from headers; *reply is zeroed before. */
void enroll_http_read_headers(CURL *easy, struct enroll_http_reply *reply);

#endif
