/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTPS request at a time over libcurl (or plain HTTP where the request
 * says so), with a deadline and a cap on what is taken in. Redirects are never
 * followed, certificates always verified, a POST never sent twice. Connections
 * are kept for the next request.
 */
#ifndef ENROLL_HOOK_PROTOCOL_HTTP_H
#define ENROLL_HOOK_PROTOCOL_HTTP_H

#include <stddef.h>
#include <time.h>

#include "hook/profile.h"

#define ENROLL_HTTP_MAX           (1024UL * 1024) /* bytes of a body */
#define ENROLL_HTTP_HEADERS_MAX   (64UL * 1024)
#define ENROLL_HTTP_CHALLENGE_MAX 4096
#define ENROLL_HTTP_LOCATION_MAX  1024
#define ENROLL_HTTP_CONNECT_MS    15000L
#define ENROLL_HTTP_REQUEST_MS    60000L  /* one request, deadline permitting */
#define ENROLL_HTTP_POST_MS       120000L /* a POST that must not be in doubt */
#define ENROLL_RETRY_AFTER_MAX    86400L

struct enroll_http;

struct enroll_http_request {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *url;
    const char *setting; /* which setting it comes from: "url"; NULL: none */
    int plain;           /* http will do: what comes is signed itself */
    const char *const *headers; /* "Name: value", NULL past the last; or NULL */
    const char *body;           /* NULL: none */
    size_t body_length;
    long long deadline; /* CLOCK_MONOTONIC milliseconds */
    size_t max;         /* bytes of the reply's body; 0: ENROLL_HTTP_MAX */
};

struct enroll_http_reply {
    long status;
    char content_type[96];
    char challenge[ENROLL_HTTP_CHALLENGE_MAX]; /* WWW-Authenticate, joined */
    char location[ENROLL_HTTP_LOCATION_MAX];   /* absolute; "" if none */
    long retry_after;                          /* seconds; 0: none */
    time_t date;                               /* Date header; 0: none */
    char *body;                                /* NUL-terminated, never NULL */
    size_t length;
};

enum enroll_http_result {
    ENROLL_HTTP_ANSWERED, /* a whole reply, whatever its status */
    ENROLL_HTTP_NOT_SENT, /* no byte of the request left; *problem */
    ENROLL_HTTP_UNCERTAIN /* it may have arrived; *problem */
};

/* profile is borrowed: ca-file and proxy, and names for messages. */
struct enroll_http *enroll_http_new(const struct enroll_profile *profile);
void enroll_http_free(struct enroll_http *http);

/*
 * *reply is filled on ENROLL_HTTP_ANSWERED only: enroll_http_reply_clear, which
 * cleanses it.
 */
enum enroll_http_result enroll_http_perform(
    struct enroll_http *http, const struct enroll_http_request *request,
    struct enroll_http_reply *reply, struct enroll_problem *problem);
void enroll_http_reply_clear(struct enroll_http_reply *reply);

/*
 * Seconds by which the clock of whoever answered last with a Date is ahead of
 * ours; 1, or 0: nobody did.
 */
int enroll_http_clock(const struct enroll_http *http, long *ahead);

/* The longest Retry-After since the last call of forget; 0: none. */
long enroll_http_retry_after(const struct enroll_http *http);
void enroll_http_forget_retry_after(struct enroll_http *http);

/*
 * Percent-encoded as in a form or a path (OPENSSL_clear_free with its strlen),
 * or NULL.
 */
char *enroll_http_escape(struct enroll_http *http, const char *text);

/*
 * Retry-After's value in seconds, 0..ENROLL_RETRY_AFTER_MAX: a number, or a
 * date relative to now; 0 for what is neither.
 */
long enroll_retry_after(const char *value, time_t now);

#endif
