/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of a reply's headers. Called by http.c once a reply is whole.
 */
#include "hook/protocol/http_reply.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

long enroll_retry_after(const char *value, time_t now)
{
    size_t digits = strspn(value, "0123456789");
    long seconds = 0;
    time_t date = 0;

    if (digits > 0 && value[digits + strspn(value + digits, " \t")] == '\0') {
        for (size_t i = 0; i < digits && seconds < ENROLL_RETRY_AFTER_MAX; i++)
            seconds = seconds * 10 + (value[i] - '0');
        return seconds < ENROLL_RETRY_AFTER_MAX ? seconds
                                                : ENROLL_RETRY_AFTER_MAX;
    }
    date = curl_getdate(value, NULL);
    if (date == (time_t)-1 || date <= now)
        return 0;
    return date - now < ENROLL_RETRY_AFTER_MAX ? (long)(date - now)
                                               : ENROLL_RETRY_AFTER_MAX;
}

/* The i-th header of that name, or NULL; valid until the next request. */
static const char *header(CURL *easy, const char *name, size_t i)
{
    struct curl_header *found = NULL;

    if (curl_easy_header(easy, name, i, CURLH_HEADER, -1, &found) != CURLHE_OK)
        return NULL;
    return found->value;
}

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from == NULL ? "" : from);
}

void enroll_http_read_headers(CURL *easy, struct enroll_http_reply *reply)
{
    const char *value = header(easy, "Date", 0);
    char *location = NULL;
    size_t used = 0;

    reply->date = value == NULL ? 0 : curl_getdate(value, NULL);
    if (reply->date < 0)
        reply->date = 0;
    value = header(easy, "Retry-After", 0);
    if (value != NULL)
        reply->retry_after = enroll_retry_after(
            value, reply->date != 0 ? reply->date : time(NULL));
    copy(reply->content_type, sizeof(reply->content_type),
         header(easy, "Content-Type", 0));
    for (size_t i = 0; (value = header(easy, "WWW-Authenticate", i)) != NULL;
         i++) {
        size_t length = strlen(value);

        if (used + length + 3 > sizeof(reply->challenge))
            break;
        used += (size_t)sprintf(reply->challenge + used, "%s%s",
                                used == 0 ? "" : ", ", value);
    }
    if (curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location) == CURLE_OK)
        copy(reply->location, sizeof(reply->location), location);
}

void enroll_http_reply_clear(struct enroll_http_reply *reply)
{
    if (reply->body != NULL)
        OPENSSL_clear_free(reply->body, reply->length + 1);
    OPENSSL_cleanse(reply, sizeof(*reply));
}
