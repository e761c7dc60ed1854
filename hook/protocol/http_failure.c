/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns libcurl's error codes into a line that names the host, the reason and
 * the setting to look at. Called by http.c after a failure; asks nobody.
 */
#include "hook/protocol/http_failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "hook/protocol/url.h"
#include "hook/protocol/words.h"

struct names {
    const struct enroll_profile *profile;
    char host[ENROLL_AUTHORITY_MAX];
    char words[ENROLL_WORDS_MAX];
    char url[ENROLL_SETTING_MAX];
    char ca_file[ENROLL_SETTING_MAX];
    char proxy[ENROLL_SETTING_MAX];
};

static int unreachable(struct enroll_problem *problem, const struct names *at,
                       const char *reason, const char *remedy)
{
    return enroll_problem_set(problem, ENROLL_UNREACHABLE,
                              "cannot reach %s: %s; %s", at->host, reason,
                              remedy);
}

/* The proxy that is meant, as far as it may be shown. */
static void proxy_shown(const struct enroll_profile *profile,
                        char shown[ENROLL_AUTHORITY_MAX])
{
    const char *proxy = profile->proxy;

    if (proxy == NULL)
        proxy = getenv("https_proxy");
    if (proxy == NULL)
        proxy = getenv("HTTPS_PROXY");
    if (proxy == NULL)
        proxy = getenv("all_proxy");
    if (proxy == NULL || *proxy == '\0')
        strcpy(shown, "of the environment");
    else
        enroll_url_shown(proxy, shown);
}

static void explain_proxy(const struct names *at, long status,
                          struct enroll_problem *problem)
{
    char shown[ENROLL_AUTHORITY_MAX];
    char reason[ENROLL_WORDS_MAX] = "";

    proxy_shown(at->profile, shown);
    if (status != 0)
        snprintf(reason, sizeof(reason), "it answered HTTP %ld", status);
    enroll_problem_set(problem, ENROLL_UNREACHABLE,
                       "cannot reach %s through the proxy %s: %s; check %s, "
                       "or https_proxy in the environment",
                       at->host, shown, reason[0] != '\0' ? reason : at->words,
                       at->proxy);
}

/* Which roots were asked, and how to name others. */
static void explain_unknown_ca(const struct names *at, const char *reason,
                               struct enroll_problem *problem)
{
    const char *file = at->profile->ca_file;

    enroll_problem_set(problem, ENROLL_UNREACHABLE,
                       "TLS: the certificate of %s is not trusted (%s): no "
                       "root in %s leads to it; if the host is right, name a "
                       "file with its root: %s",
                       at->host, reason,
                       file == NULL ? "the system's store" : file, at->ca_file);
}

/* libcurl compares names itself and has no code for the outcome. */
static int is_for_another_name(const char *words)
{
    return strstr(words, "subject name") != NULL ||
           strstr(words, "subjectAltName") != NULL;
}

static void explain_certificate(const struct names *at,
                                const struct enroll_http_failure *failure,
                                struct enroll_problem *problem)
{
    const char *state = NULL;

    if (failure->verify == X509_V_ERR_CERT_HAS_EXPIRED)
        state = "has expired";
    else if (failure->verify == X509_V_ERR_CERT_NOT_YET_VALID)
        state = "is not valid yet";
    if (is_for_another_name(at->words))
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "TLS: the certificate of %s is for another name "
                           "(%s); use a name that it has: %s",
                           at->host, at->words, at->url);
    else if (state != NULL)
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "TLS: the certificate of %s %s; if this machine's "
                           "clock is right the manager's administrator has to "
                           "renew it",
                           at->host, state);
    /* "Unspecified" is what libcurl begins with. */
    else if (failure->verify == X509_V_OK ||
             failure->verify == X509_V_ERR_UNSPECIFIED)
        explain_unknown_ca(at, at->words, problem);
    else
        explain_unknown_ca(at, X509_verify_cert_error_string(failure->verify),
                           problem);
}

static void explain_timeout(const struct names *at,
                            const struct enroll_http_failure *failure,
                            struct enroll_problem *problem)
{
    char reason[128];
    double seconds = (double)failure->waited / 1000.0;

    if (failure->too_late) {
        unreachable(problem, at,
                    "the time allowed was used up before it was "
                    "asked",
                    "allow more: wait, or --wait");
        return;
    }
    snprintf(reason, sizeof(reason),
             failure->sent ? "no complete answer within %.1f s"
                           : "no connection within %.1f s",
             seconds);
    unreachable(problem, at, reason,
                failure->sent ? "try again later"
                              : "check the network, a firewall and the proxy");
}

static void explain_connection(const struct names *at,
                               const struct enroll_http_failure *failure,
                               struct enroll_problem *problem)
{
    char remedy[ENROLL_SETTING_MAX + 64];
    char reason[2 * ENROLL_WORDS_MAX];

    if (failure->sent) {
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "%s broke off before it had answered: %s; try "
                           "again later",
                           at->host, at->words);
        return;
    }
    if (failure->code == CURLE_COULDNT_RESOLVE_HOST)
        snprintf(reason, sizeof(reason), "its name cannot be resolved");
    else if (failure->os_errno != 0)
        snprintf(reason, sizeof(reason), "%s (%s)",
                 strerror((int)failure->os_errno), at->words);
    else
        snprintf(reason, sizeof(reason), "%s", at->words);
    snprintf(remedy, sizeof(remedy), "check %s, the network and the proxy",
             at->url);
    unreachable(problem, at, reason, remedy);
}

static void fill(struct names *at, const struct enroll_profile *profile,
                 const struct enroll_http_request *request,
                 const struct enroll_http_failure *failure)
{
    at->profile = profile;
    enroll_url_shown(request->url, at->host);
    enroll_words(failure->words, at->words);
    if (at->words[0] == '\0')
        enroll_words(curl_easy_strerror(failure->code), at->words);
    if (request->setting == NULL)
        strcpy(at->url, "the address in the certificate");
    else
        enroll_setting(profile, request->setting, at->url);
    enroll_setting(profile, "ca-file", at->ca_file);
    enroll_setting(profile, "proxy", at->proxy);
}

void enroll_http_explain(const struct enroll_profile *profile,
                         const struct enroll_http_request *request,
                         const struct enroll_http_failure *failure,
                         struct enroll_problem *problem)
{
    struct names at;

    fill(&at, profile, request, failure);
    if (failure->too_large || failure->code == CURLE_FILESIZE_EXCEEDED) {
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "%s answered with more than makes sense (over %zu "
                           "bytes); is %s right?",
                           at.host, failure->max, at.url);
        return;
    }
    if (failure->refused != 0) {
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "cannot ask %s, this machine has no socket for it: "
                           "%s; close programs or raise the limit (ulimit -n) "
                           "and run it again",
                           at.host, strerror(failure->refused));
        return;
    }
    if (failure->connect_status >= 300) {
        explain_proxy(&at, failure->connect_status, problem);
        return;
    }
    switch (failure->code) {
    case CURLE_OUT_OF_MEMORY:
    case CURLE_WRITE_ERROR: /* too large was handled: no memory left */
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "out of memory while asking %s", at.host);
        break;
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED: /* user and password in the address */
    case CURLE_UNSUPPORTED_PROTOCOL:
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "the address with host '%s' is not an https address "
                           "without user and password; mend %s",
                           at.host, at.url);
        break;
    case CURLE_SSL_CACERT_BADFILE:
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "%s cannot be read as certificates in PEM; mend %s",
                           profile->ca_file == NULL ? "the system's CA file"
                                                    : profile->ca_file,
                           at.ca_file);
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
        explain_certificate(&at, failure, problem);
        break;
    case CURLE_SSL_CONNECT_ERROR:
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "TLS with %s failed: %s; it has to speak TLS 1.2 "
                           "or later: check %s",
                           at.host, at.words, at.url);
        break;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: explain_proxy(&at, 0, problem); break;
    case CURLE_OPERATION_TIMEDOUT:
        explain_timeout(&at, failure, problem);
        break;
    default: explain_connection(&at, failure, problem); break;
    }
}
