/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gets and keeps the access token. Called before each request of scm.c. The
 * secret leaves this file only in the body of a request to the token endpoint.
 */
#include "hook/protocol/token.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "core/wire.h"
#include "hook/protocol/json.h"
#include "hook/protocol/token_url.h"
#include "hook/protocol/url.h"
#include "hook/protocol/words.h"

#define LIFETIME_DEFAULT 60L   /* where expires_in is missing or absurd */
#define LIFETIME_MAX     3600L /* whatever expires_in says */

static const char bearer[] = "Authorization: Bearer ";

struct enroll_token {
    const struct enroll_profile *profile;
    struct enroll_http *http;
    const char *secret;
    char url[ENROLL_TOKEN_URL_MAX]; /* "": not known yet */
    char *header;                   /* NULL: no token */
    int refused;                    /* client-id or secret, the last time */
    long long good_until;           /* CLOCK_MONOTONIC milliseconds */
};

struct enroll_token *enroll_token_new(const struct enroll_profile *profile,
                                      struct enroll_http *http,
                                      const char *secret)
{
    struct enroll_token *token = OPENSSL_zalloc(sizeof(*token));

    if (token == NULL)
        return NULL;
    token->profile = profile;
    token->http = http;
    token->secret = secret;
    return token;
}

static void free_string(char *text)
{
    if (text != NULL)
        OPENSSL_clear_free(text, strlen(text) + 1);
}

void enroll_token_drop(struct enroll_token *token)
{
    free_string(token->header);
    token->header = NULL;
}

int enroll_token_refused(const struct enroll_token *token)
{
    return token->refused;
}

void enroll_token_free(struct enroll_token *token)
{
    if (token == NULL)
        return;
    enroll_token_drop(token);
    OPENSSL_free(token);
}

int enroll_token_in(const struct enroll_token *token, const char *text)
{
    return token->header != NULL &&
           strstr(text, token->header + sizeof(bearer) - 1) != NULL;
}

long enroll_token_lifetime(double expires_in)
{
    long seconds = LIFETIME_DEFAULT;

    if (expires_in >= (double)LIFETIME_MAX)
        seconds = LIFETIME_MAX;
    else if (expires_in >= 1)
        seconds = (long)expires_in;
    /* A margin for the way and for clocks that run differently. */
    return seconds - (seconds >= 150 ? 30 : seconds / 5);
}

/* ----- what the token endpoint answers ----- */

static int wrong_credentials(const struct enroll_token *token, const char *host,
                             long status, const char *words,
                             struct enroll_problem *problem)
{
    const struct enroll_profile *profile = token->profile;
    char setting[ENROLL_SETTING_MAX];

    enroll_setting(profile, "client-id", setting);
    return enroll_problem_set(
        problem, ENROLL_REJECTED,
        "%s does not accept client-id '%.64s' with the secret from %.200s: %s "
        "(HTTP %ld); check %s, and client-secret; a lost secret can be made "
        "anew with the REST account",
        host, profile->client_id, profile->client_secret,
        words[0] == '\0' ? "no reason given" : words, status, setting);
}

/* error and error_description (RFC 6749, 5.2), as one text. */
static void error_words(const cJSON *object, char words[ENROLL_WORDS_MAX])
{
    const char *error = enroll_json_string(object, "error");
    const char *text = enroll_json_string(object, "error_description");
    char both[2 * ENROLL_WORDS_MAX];

    snprintf(both, sizeof(both), "%s%s%s", error == NULL ? "" : error,
             error != NULL && text != NULL ? ": " : "",
             text == NULL ? "" : text);
    enroll_words(both, words);
}

static int explain_refusal(const struct enroll_token *token, const char *host,
                           const struct enroll_http_reply *reply,
                           struct enroll_problem *problem)
{
    char words[ENROLL_WORDS_MAX], setting[ENROLL_SETTING_MAX];
    const char *why = NULL;
    cJSON *object = enroll_json_object(reply->body, reply->length, &why);

    error_words(object, words);
    cJSON_Delete(object);
    enroll_setting(token->profile, "token-url", setting);
    if (reply->status == 429)
        return enroll_problem_set(problem, ENROLL_THROTTLED,
                                  "%s gives no token now (HTTP 429); try "
                                  "again later",
                                  host);
    if (reply->status >= 500)
        return enroll_problem_set(problem, ENROLL_UNREACHABLE,
                                  "%s gives no token now (HTTP %ld%s%s); try "
                                  "again later",
                                  host, reply->status,
                                  words[0] == '\0' ? "" : ": ", words);
    if (reply->status >= 300 && reply->status < 400)
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "%s sends us elsewhere for a token (HTTP %ld), and redirects are "
            "not followed with a secret in hand; mend %s",
            host, reply->status, setting);
    if (reply->status == 400 || reply->status == 401 || reply->status == 403)
        return wrong_credentials(token, host, reply->status, words, problem);
    return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                              "%s has no token endpoint there (HTTP %ld%s%s); "
                              "mend %s",
                              host, reply->status, words[0] == '\0' ? "" : ": ",
                              words, setting);
}

/* b64token of RFC 6750, 2.1, or any visible ASCII: never a header's end. */
static int token_ok(const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);

    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x21 || text[i] > 0x7e)
            return 0;
    return length > 0 && length <= ENROLL_TOKEN_MAX;
}

static int keep(struct enroll_token *token, const cJSON *object,
                const char **why)
{
    cJSON *text = cJSON_GetObjectItemCaseSensitive(object, "access_token");
    const char *type = enroll_json_string(object, "token_type");
    const cJSON *expires =
        cJSON_GetObjectItemCaseSensitive(object, "expires_in");
    size_t size = 0;

    if (!token_ok(cJSON_GetStringValue(text))) {
        *why = "has no access_token that can be used";
        return 0;
    }
    if (type != NULL && strcasecmp(type, "Bearer") != 0) {
        *why = "has a token of another type than Bearer";
        return 0;
    }
    size = sizeof(bearer) + strlen(text->valuestring);
    token->header = OPENSSL_malloc(size);
    if (token->header == NULL) {
        *why = "does not fit into memory";
        return 0;
    }
    snprintf(token->header, size, "%s%s", bearer, text->valuestring);
    OPENSSL_cleanse(text->valuestring, strlen(text->valuestring));
    token->good_until =
        enroll_monotonic_ms() +
        1000LL * enroll_token_lifetime(
                     cJSON_IsNumber(expires) ? expires->valuedouble : 0);
    return 1;
}

static int take_reply(struct enroll_token *token, const char *host,
                      const struct enroll_http_reply *reply,
                      struct enroll_problem *problem)
{
    const char *why = NULL;
    cJSON *object = NULL;
    int ok = 0;

    token->refused =
        reply->status == 400 || reply->status == 401 || reply->status == 403;
    if (reply->status != 200)
        return explain_refusal(token, host, reply, problem);
    object = enroll_json_object(reply->body, reply->length, &why);
    ok = object != NULL && keep(token, object, &why);
    cJSON_Delete(object);
    if (!ok) {
        char setting[ENROLL_SETTING_MAX], type[ENROLL_WORDS_MAX];

        enroll_setting(token->profile, "token-url", setting);
        enroll_words(reply->content_type, type);
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "asked for a token, %s answered with something "
                           "that %s (%s, %zu bytes); is %s right?",
                           host, why, type[0] == '\0' ? "no type" : type,
                           reply->length, setting);
    }
    return ok;
}

/* ----- the request ----- */

/* The form of RFC 6749, 4.4.2 (OPENSSL_clear_free), or NULL. */
static char *make_form(const struct enroll_token *token)
{
    static const char format[] =
        "grant_type=client_credentials&client_id=%s&client_secret=%s";
    char *id = enroll_http_escape(token->http, token->profile->client_id);
    char *secret = enroll_http_escape(token->http, token->secret);
    char *form = NULL;
    size_t size = 0;

    if (id == NULL || secret == NULL)
        goto out;
    size = sizeof(format) + strlen(id) + strlen(secret);
    form = OPENSSL_malloc(size);
    if (form != NULL)
        snprintf(form, size, format, id, secret);
out:
    free_string(id);
    free_string(secret);
    return form;
}

static int fetch(struct enroll_token *token, long long deadline,
                 struct enroll_problem *problem)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded",
        "Accept: application/json", NULL};
    struct enroll_http_request request = {
        .method = "POST",
        .url = token->url,
        .setting = token->profile->token_url == NULL ? "url" : "token-url",
        .headers = headers,
        .deadline = deadline,
        .max = 4L * ENROLL_TOKEN_MAX,
    };
    struct enroll_http_reply reply = {0};
    char host[ENROLL_AUTHORITY_MAX];
    char *form = make_form(token);
    int ok = 0;

    if (form == NULL)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "out of memory while asking for a token");
    request.body = form;
    request.body_length = strlen(form);
    enroll_url_shown(token->url, host);
    if (enroll_http_perform(token->http, &request, &reply, problem) ==
        ENROLL_HTTP_ANSWERED) {
        ok = take_reply(token, host, &reply, problem);
        enroll_http_reply_clear(&reply);
    }
    free_string(form);
    return ok;
}

int enroll_token_header(struct enroll_token *token, const char *probe_url,
                        long long deadline, const char **header,
                        struct enroll_problem *problem)
{
    if (token->header != NULL && enroll_monotonic_ms() >= token->good_until)
        enroll_token_drop(token);
    if (token->url[0] == '\0' &&
        !enroll_token_url(token->profile, token->http, probe_url, deadline,
                          token->url, problem))
        return 0;
    if (token->header == NULL && !fetch(token, deadline, problem))
        return 0;
    *header = token->header;
    return 1;
}
