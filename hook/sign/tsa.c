/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fetches time stamps with libcurl. Called by sign for each signature and by
 * check; follows no redirect, repeats nothing, and reads no more than a token
 * can be.
 */
#include "hook/sign/tsa.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "hook/protocol/url.h"

#define REPLY_MAX   262144
#define FAILED_RUNS 2 /* then the files that are left are not tried */

struct transfer {
    CURL *curl;
    struct curl_slist *headers;
    struct enroll_interrupt *interrupt;
    unsigned char *reply;
    size_t used;
    char error[CURL_ERROR_SIZE];
};

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;

    if (length > REPLY_MAX - transfer->used)
        return 0; /* an error to libcurl */
    memcpy(transfer->reply + transfer->used, data, length);
    transfer->used += length;
    return length;
}

static int progress(void *context, curl_off_t down, curl_off_t downloaded,
                    curl_off_t up, curl_off_t uploaded)
{
    struct transfer *transfer = context;

    (void)down, (void)downloaded, (void)up, (void)uploaded;
    return transfer->interrupt != NULL &&
           enroll_interrupt_came(transfer->interrupt) != 0;
}

static int prepare(struct transfer *transfer, const struct enroll_tsa *tsa,
                   const char *url, const unsigned char *body, long length)
{
    CURL *curl = transfer->curl;
    struct curl_slist *more;

    transfer->headers =
        curl_slist_append(NULL, "Content-Type: application/timestamp-query");
    if (transfer->headers == NULL)
        return 0;
    more = curl_slist_append(transfer->headers,
                             "Accept: application/timestamp-reply");
    if (more == NULL)
        return 0;
    return curl_easy_setopt(curl, CURLOPT_URL, url) == 0 &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == 0 &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == 0 &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, tsa->timeout) == 0 &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, tsa->timeout) == 0 &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers) == 0 &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, length) == 0 &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)body) ==
               0 &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == 0 &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer) == 0 &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress) == 0 &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer) == 0 &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == 0 &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error) == 0 &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT,
                            "enroll-hook/" ENROLL_VERSION) == 0 &&
           (tsa->proxy == NULL ||
            curl_easy_setopt(curl, CURLOPT_PROXY, tsa->proxy) == 0);
}

/* An HTTP answer that claims to be a time stamp? */
static int judge(struct transfer *transfer, CURLcode code, long timeout,
                 struct enroll_problem *problem)
{
    const char *type = NULL;
    long status = 0;

    if (code == CURLE_OPERATION_TIMEDOUT)
        return enroll_problem_set(problem, ENROLL_TIMESTAMP,
                                  "no answer within %ld s", timeout);
    if (code == CURLE_WRITE_ERROR)
        return enroll_problem_set(problem, ENROLL_TIMESTAMP,
                                  "it sends more than a time stamp can be");
    if (code != CURLE_OK)
        return enroll_problem_set(problem, ENROLL_TIMESTAMP, "%s",
                                  transfer->error[0] != '\0'
                                      ? transfer->error
                                      : curl_easy_strerror(code));
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_TYPE, &type);
    if (status != 200)
        return enroll_problem_set(problem, ENROLL_TIMESTAMP,
                                  "it answers with HTTP status %ld", status);
    if (type == NULL || strncasecmp(type, "application/timestamp-reply", 27))
        return enroll_problem_set(
            problem, ENROLL_TIMESTAMP,
            "it answers with %.60s instead of a time stamp; is the URL right?",
            type == NULL ? "something unnamed" : type);
    return 1;
}

static TS_RESP *post(const struct enroll_tsa *tsa, const char *url,
                     const unsigned char *body, long length,
                     struct enroll_problem *problem)
{
    struct transfer transfer = {.interrupt = tsa->interrupt};
    TS_RESP *reply = NULL;
    const unsigned char *at;

    transfer.curl = curl_easy_init();
    transfer.reply = OPENSSL_malloc(REPLY_MAX);
    if (transfer.curl == NULL || transfer.reply == NULL ||
        !prepare(&transfer, tsa, url, body, length)) {
        enroll_problem_set(problem, ENROLL_TIMESTAMP,
                           "the request cannot be made");
    } else if (judge(&transfer, curl_easy_perform(transfer.curl), tsa->timeout,
                     problem)) {
        at = transfer.reply;
        ERR_set_mark();
        reply = d2i_TS_RESP(NULL, &at, (long)transfer.used);
        ERR_pop_to_mark();
        if (reply == NULL)
            enroll_problem_set(problem, ENROLL_TIMESTAMP,
                               "what it answers is no time stamp");
    }
    curl_slist_free_all(transfer.headers);
    curl_easy_cleanup(transfer.curl);
    OPENSSL_free(transfer.reply);
    return reply;
}

static PKCS7 *stamp_at(const struct enroll_tsa *tsa, const char *url,
                       const unsigned char *data, size_t length,
                       struct enroll_problem *problem)
{
    struct enroll_token_rules rules = {
        .data = data, .length = length, .ca_file = tsa->ca_file};
    TS_REQ *request = enroll_token_request(data, length);
    unsigned char *body = NULL;
    int size = request == NULL ? 0 : i2d_TS_REQ(request, &body);
    TS_RESP *reply = NULL;
    PKCS7 *token = NULL;

    if (size <= 0) {
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
        goto out;
    }
    reply = post(tsa, url, body, size, problem);
    if (reply == NULL)
        goto out;
    rules.fresh = time(NULL);
    token = enroll_token_from_reply(reply, request, &rules, problem);
out:
    TS_RESP_free(reply);
    TS_REQ_free(request);
    OPENSSL_free(body);
    return token;
}

/* Adds "HOST: reason" to what the others said. */
static void gather(struct enroll_problem *all, const char *url,
                   const struct enroll_problem *one)
{
    char shown[ENROLL_AUTHORITY_MAX];

    enroll_url_shown(url, shown);
    enroll_problem_set(all, one->class, "%s; %s: %s", all->line, shown,
                       one->line);
}

PKCS7 *enroll_tsa_stamp(struct enroll_tsa *tsa, const unsigned char *data,
                        size_t length, const char **url,
                        struct enroll_problem *problem)
{
    struct enroll_problem one;

    if (tsa->failed_runs >= FAILED_RUNS) {
        enroll_problem_set(problem, ENROLL_TIMESTAMP,
                           "not tried: no time-stamp authority has given a "
                           "good time stamp for the files before");
        return NULL;
    }
    enroll_problem_set(problem, ENROLL_TIMESTAMP, "no time stamp");
    for (size_t i = 0; i < tsa->count; i++) {
        size_t which = (tsa->first + i) % tsa->count;
        PKCS7 *token = stamp_at(tsa, tsa->urls[which], data, length, &one);

        if (token != NULL) {
            tsa->first = which;
            tsa->failed_runs = 0;
            *url = tsa->urls[which];
            return token;
        }
        gather(problem, tsa->urls[which], &one);
        if (tsa->interrupt != NULL && enroll_interrupt_came(tsa->interrupt))
            break;
    }
    tsa->failed_runs++;
    enroll_problem_set(
        problem, ENROLL_TIMESTAMP,
        "%s; try again later, name a missing root in tsa-ca-file "
        "=, or name another authority: --tsa URL",
        problem->line);
    return NULL;
}

int enroll_tsa_probe(struct enroll_tsa *tsa, size_t which,
                     struct enroll_problem *problem)
{
    static const unsigned char nothing[] = "enroll-hook check";
    PKCS7 *token =
        stamp_at(tsa, tsa->urls[which], nothing, sizeof(nothing), problem);

    PKCS7_free(token);
    return token != NULL;
}
