/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that drives libcurl. Called by token.c and the protocols. It
 * is never verbose: libcurl's debug output would show secrets.
 */
#include "hook/protocol/http.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "core/wire.h"
#include "hook/protocol/http_failure.h"
#include "hook/protocol/http_reply.h"
#include "hook/protocol/http_socket.h"

/* A reply that comes slower for so long is given up; a POST's is awaited. */
#define SLOW_BYTES   16L
#define SLOW_SECONDS 30L

struct enroll_http {
    const struct enroll_profile *profile;
    CURL *easy;
    long retry_after;
    int clock_known;
    long ahead; /* the other clock, in seconds */
    char error[CURL_ERROR_SIZE];
    /* of the request under way */
    int sent;
    int too_large;
    int too_late;
    int refused; /* errno of a socket that this machine did not give */
    char *body;
    size_t length, size, max, headers;
};

struct enroll_http *enroll_http_new(const struct enroll_profile *profile)
{
    struct enroll_http *http = NULL;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    http = OPENSSL_zalloc(sizeof(*http));
    if (http == NULL)
        goto err;
    http->profile = profile;
    http->easy = curl_easy_init();
    if (http->easy == NULL)
        goto err;
    return http;
err:
    OPENSSL_free(http);
    curl_global_cleanup();
    return NULL;
}

static void drop_body(struct enroll_http *http)
{
    OPENSSL_clear_free(http->body, http->size);
    http->body = NULL;
    http->length = 0;
    http->size = 0;
}

void enroll_http_free(struct enroll_http *http)
{
    if (http == NULL)
        return;
    curl_easy_cleanup(http->easy);
    drop_body(http);
    OPENSSL_free(http);
    curl_global_cleanup();
}

/* ----- what libcurl calls ----- */

/* The connection stands, TLS included; the request goes out next. */
static int before_request(void *context, char *remote_ip, char *local_ip,
                          int remote_port, int local_port)
{
    struct enroll_http *http = context;

    (void)remote_ip;
    (void)local_ip;
    (void)remote_port;
    (void)local_port;
    http->sent = 1;
    return CURL_PREREQFUNC_OK;
}

static size_t take_header(char *data, size_t one, size_t count, void *context)
{
    struct enroll_http *http = context;

    (void)data;
    (void)one; /* always 1 */
    http->headers += count;
    if (http->headers <= ENROLL_HTTP_HEADERS_MAX)
        return count;
    http->too_large = 1;
    return 0;
}

static int grow(struct enroll_http *http, size_t needed)
{
    size_t size = http->size == 0 ? 4096 : http->size;
    char *body = NULL;

    while (size < needed)
        size *= 2;
    if (size == http->size)
        return 1;
    body = OPENSSL_clear_realloc(http->body, http->size, size);
    if (body == NULL)
        return 0;
    http->body = body;
    http->size = size;
    return 1;
}

static size_t take_body(char *data, size_t one, size_t count, void *context)
{
    struct enroll_http *http = context;

    (void)one;
    if (count > http->max - http->length) {
        http->too_large = 1;
        return 0;
    }
    if (!grow(http, http->length + count + 1))
        return 0;
    memcpy(http->body + http->length, data, count);
    http->length += count;
    return count;
}

/* ----- options ----- */

static struct curl_slist *make_headers(const char *const *headers)
{
    /* Bodies are small: waiting for "100 Continue" only adds a delay. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    for (size_t i = 0; list != NULL && headers != NULL && headers[i] != NULL;
         i++) {
        struct curl_slist *longer = curl_slist_append(list, headers[i]);

        if (longer == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

static void free_headers(struct curl_slist *headers)
{
    /* One of them may hold a token. */
    for (struct curl_slist *item = headers; item != NULL; item = item->next)
        OPENSSL_cleanse(item->data, strlen(item->data));
    curl_slist_free_all(headers);
}

static int set_tls(CURL *easy, const struct enroll_profile *profile)
{
    int ok = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
             curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
             curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                              (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;

    if (!ok || profile->ca_file == NULL)
        return ok;
    if (curl_easy_setopt(easy, CURLOPT_CAINFO, profile->ca_file) != CURLE_OK)
        return 0;
    /*
     * Otherwise the system's roots would be trusted beside ca-file. A libcurl
     * without this option (GnuTLS builds have it, others may not) has no
     * folder of roots either.
     */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    return 1;
}

static int set_limits(struct enroll_http *http,
                      const struct enroll_http_request *request, long left)
{
    CURL *easy = http->easy;
    long connect =
        left < ENROLL_HTTP_CONNECT_MS ? left : ENROLL_HTTP_CONNECT_MS;

    http->max = request->max == 0 ? ENROLL_HTTP_MAX : request->max;
    if (strcmp(request->method, "POST") != 0 &&
        (curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES) !=
             CURLE_OK ||
         curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS) !=
             CURLE_OK))
        return 0;
    return curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                            (curl_off_t)http->max) == CURLE_OK &&
           /* A resolver that hangs must not be waited for at the end. */
           curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
}

static int set_callbacks(struct enroll_http *http)
{
    CURL *easy = http->easy;

    http->error[0] = '\0';
    return enroll_http_watch_sockets(easy, &http->refused) &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->error) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQDATA, http) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, http) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, http) == CURLE_OK;
}

static int set_request(CURL *easy, const struct enroll_http_request *request)
{
    int post = strcmp(request->method, "POST") == 0;

    if (request->body != NULL &&
        (curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body) !=
             CURLE_OK ||
         curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                          (curl_off_t)request->body_length) != CURLE_OK))
        return 0;
    /*
     * On a connection that was kept and turns out dead libcurl sends the
     * request again by itself, POST or not. On a fresh one it never does.
     */
    return curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, post ? 1L : 0L) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK;
}

static int set_all(struct enroll_http *http,
                   const struct enroll_http_request *request,
                   struct curl_slist *headers, long left)
{
    CURL *easy = http->easy;
    const char *proxy = http->profile->proxy;

    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
                            request->plain ? "http,https" : "https") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                            (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT,
                            "enroll-hook/" ENROLL_VERSION) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
           (proxy == NULL ||
            curl_easy_setopt(easy, CURLOPT_PROXY, proxy) == CURLE_OK) &&
           set_tls(easy, http->profile) && set_limits(http, request, left) &&
           set_callbacks(http) && set_request(easy, request);
}

/* ----- the reply ----- */

static int take_reply(struct enroll_http *http, struct enroll_http_reply *reply)
{
    if (!grow(http, http->length + 1))
        return 0;
    memset(reply, 0, sizeof(*reply));
    curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &reply->status);
    enroll_http_read_headers(http->easy, reply);
    if (reply->date != 0) {
        http->clock_known = 1;
        http->ahead = (long)(reply->date - time(NULL));
    }
    if (reply->retry_after > http->retry_after)
        http->retry_after = reply->retry_after;
    http->body[http->length] = '\0';
    reply->body = http->body;
    reply->length = http->length;
    http->body = NULL;
    drop_body(http);
    return 1;
}

/* ----- the request ----- */

static enum enroll_http_result fail(struct enroll_http *http,
                                    const struct enroll_http_request *request,
                                    CURLcode code, long long started,
                                    struct enroll_problem *problem)
{
    struct enroll_http_failure failure = {
        .code = code,
        .words = http->error,
        .sent = http->sent,
        .too_large = http->too_large,
        .too_late = http->too_late,
        .refused = http->refused,
        .waited = enroll_monotonic_ms() - started,
        .max = http->headers > ENROLL_HTTP_HEADERS_MAX ? ENROLL_HTTP_HEADERS_MAX
                                                       : http->max,
    };

    curl_easy_getinfo(http->easy, CURLINFO_SSL_VERIFYRESULT, &failure.verify);
    curl_easy_getinfo(http->easy, CURLINFO_OS_ERRNO, &failure.os_errno);
    curl_easy_getinfo(http->easy, CURLINFO_HTTP_CONNECTCODE,
                      &failure.connect_status);
    enroll_http_explain(http->profile, request, &failure, problem);
    drop_body(http);
    return http->sent ? ENROLL_HTTP_UNCERTAIN : ENROLL_HTTP_NOT_SENT;
}

/* Milliseconds that this request may take. */
static long time_left(const struct enroll_http_request *request,
                      long long started)
{
    long most = strcmp(request->method, "POST") == 0 ? ENROLL_HTTP_POST_MS
                                                     : ENROLL_HTTP_REQUEST_MS;
    long long left = request->deadline - started;

    if (left <= 0)
        return 0;
    return left < most ? (long)left : most;
}

enum enroll_http_result enroll_http_perform(
    struct enroll_http *http, const struct enroll_http_request *request,
    struct enroll_http_reply *reply, struct enroll_problem *problem)
{
    long long started = enroll_monotonic_ms();
    long left = time_left(request, started);
    struct curl_slist *headers = NULL;
    enum enroll_http_result result = ENROLL_HTTP_NOT_SENT;
    CURLcode code = CURLE_OUT_OF_MEMORY;

    http->sent = 0;
    http->too_large = 0;
    http->too_late = left == 0;
    http->headers = 0;
    http->error[0] = '\0';
    curl_easy_reset(http->easy); /* keeps connections and TLS sessions */
    if (http->too_late)
        return fail(http, request, CURLE_OPERATION_TIMEDOUT, started, problem);
    headers = make_headers(request->headers);
    if (headers != NULL && set_all(http, request, headers, left))
        code = curl_easy_perform(http->easy);
    if (code == CURLE_OK && take_reply(http, reply))
        result = ENROLL_HTTP_ANSWERED;
    else
        result =
            fail(http, request, code == CURLE_OK ? CURLE_OUT_OF_MEMORY : code,
                 started, problem);
    free_headers(headers);
    return result;
}

int enroll_http_clock(const struct enroll_http *http, long *ahead)
{
    if (http->clock_known)
        *ahead = http->ahead;
    return http->clock_known;
}

long enroll_http_retry_after(const struct enroll_http *http)
{
    return http->retry_after;
}

void enroll_http_forget_retry_after(struct enroll_http *http)
{
    http->retry_after = 0;
}

char *enroll_http_escape(struct enroll_http *http, const char *text)
{
    char *escaped = curl_easy_escape(http->easy, text, 0);
    char *copied = NULL;

    if (escaped == NULL)
        return NULL;
    copied = OPENSSL_strdup(escaped);
    OPENSSL_cleanse(escaped, strlen(escaped));
    curl_free(escaped);
    return copied;
}
