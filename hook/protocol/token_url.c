/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the token endpoint. Called by token.c before the first token of a
 * session; never has the secret in hand.
 */
#include "hook/protocol/token_url.h"

#include <string.h>
#include <strings.h>

#include "hook/protocol/challenge.h"
#include "hook/protocol/url.h"
#include "hook/protocol/words.h"

static const char default_host[] = "auth.sso.sectigo.com";

static int host_allowed(const struct enroll_profile *profile,
                        const char *authority)
{
    char own[ENROLL_AUTHORITY_MAX];

    if (enroll_url_authority(profile->url, own) &&
        strcasecmp(own, authority) == 0)
        return 1;
    if (profile->token_hosts[0] == NULL)
        return enroll_url_is(authority, default_host);
    for (size_t i = 0;
         i < ENROLL_TOKEN_HOST_MAX && profile->token_hosts[i] != NULL; i++)
        if (enroll_url_is(authority, profile->token_hosts[i]))
            return 1;
    return 0;
}

static int refuse_url(const struct enroll_profile *profile, const char *url,
                      const char *authority, struct enroll_problem *problem)
{
    char words[ENROLL_WORDS_MAX], setting[ENROLL_SETTING_MAX];

    enroll_words(url, words);
    enroll_setting(profile, "token-hosts", setting);
    if (authority[0] == '\0')
        return enroll_problem_set(
            problem, ENROLL_POLICY,
            "the manager sends us for a token to '%s', which is no https "
            "address: the secret is not sent there; if the manager is "
            "genuine, set token-url beside %s",
            words, setting);
    return enroll_problem_set(
        problem, ENROLL_POLICY,
        "the manager sends us for a token to %s, which is not among the hosts "
        "that may see the secret: if that host is right, add it to %s",
        authority, setting);
}

static int refuse_silence(const struct enroll_profile *profile, const char *url,
                          const struct enroll_http_reply *reply,
                          struct enroll_problem *problem)
{
    char host[ENROLL_AUTHORITY_MAX], setting[ENROLL_SETTING_MAX];
    enum enroll_class class = ENROLL_CONFIGURATION;

    enroll_url_shown(url, host);
    enroll_setting(profile, "token-url", setting);
    if (reply->status == 429)
        class = ENROLL_THROTTLED;
    else if (reply->status >= 500)
        class = ENROLL_UNREACHABLE;
    return enroll_problem_set(
        problem, class,
        "%s did not say where it has its tokens made (HTTP %ld instead of a "
        "401 that names authorization_uri); %s or set %s",
        host, reply->status,
        class == ENROLL_CONFIGURATION ? "check url," : "try again later,",
        setting);
}

/* Asks the manager without a token. */
static int discover(const struct enroll_profile *profile,
                    struct enroll_http *http, const char *probe_url,
                    long long deadline, char found[ENROLL_TOKEN_URL_MAX],
                    struct enroll_problem *problem)
{
    const struct enroll_http_request request = {
        .method = "GET",
        .url = probe_url,
        .setting = "url",
        .headers = (const char *const[]){"Accept: application/json", NULL},
        .deadline = deadline,
    };
    struct enroll_http_reply reply = {0};
    char authority[ENROLL_AUTHORITY_MAX], url[ENROLL_TOKEN_URL_MAX];
    int ok = 0;

    if (enroll_http_perform(http, &request, &reply, problem) !=
        ENROLL_HTTP_ANSWERED)
        return 0;
    if (reply.status != 401 ||
        !enroll_challenge_token_url(reply.challenge, strlen(reply.challenge),
                                    url, sizeof(url)))
        refuse_silence(profile, probe_url, &reply, problem);
    else if (!enroll_url_authority(url, authority) ||
             !host_allowed(profile, authority))
        refuse_url(profile, url, authority, problem);
    else
        ok = 1;
    if (ok)
        memcpy(found, url, strlen(url) + 1);
    enroll_http_reply_clear(&reply);
    return ok;
}

int enroll_token_url(const struct enroll_profile *profile,
                     struct enroll_http *http, const char *probe_url,
                     long long deadline, char url[ENROLL_TOKEN_URL_MAX],
                     struct enroll_problem *problem)
{
    const char *configured = profile->token_url;
    char setting[ENROLL_SETTING_MAX];

    if (configured == NULL)
        return discover(profile, http, probe_url, deadline, url, problem);
    if (strlen(configured) < ENROLL_TOKEN_URL_MAX) {
        memcpy(url, configured, strlen(configured) + 1);
        return 1;
    }
    enroll_setting(profile, "token-url", setting);
    return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                              "the address is too long: %s", setting);
}
