/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets for libcurl. For http.c alone.
 */
#ifndef ENROLL_HOOK_PROTOCOL_HTTP_SOCKET_H
#define ENROLL_HOOK_PROTOCOL_HTTP_SOCKET_H

#include <curl/curl.h>

/*
 * *refused becomes 0 now, and an errno once this machine is out of sockets; it
 * has to live as long as easy is used. 1, or 0.
 */
int enroll_http_watch_sockets(CURL *easy, int *refused);

#endif
