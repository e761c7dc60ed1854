/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks for one certificate after the other. Called by lifecycle/revocation.c
 * and check; writes nothing.
 */
#include "hook/revocation/look.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/x509v3.h>

#include "core/wire.h"
#include "hook/protocol/url.h"
#include "hook/revocation/crl.h"
#include "hook/revocation/fetch.h"
#include "hook/revocation/ocsp.h"

#define URLS_MAX   4 /* of a kind; more are not asked */
#define ONE_MS     8000LL
#define OCSP_MAX   (64UL * 1024)
#define CRL_MAX    (10UL * 1024 * 1024) /* Microsoft's program allows so much */
#define LOOKER_URL 1024

struct enroll_looker {
    struct enroll_http *http;
    long long deadline;
    /* the list that was fetched last */
    char url[LOOKER_URL];
    struct enroll_http_reply list;
};

struct enroll_looker *enroll_looker_new(const struct enroll_profile *profile,
                                        long long deadline)
{
    struct enroll_looker *looker = OPENSSL_zalloc(sizeof(*looker));

    if (looker == NULL)
        return NULL;
    looker->deadline = deadline;
    looker->http = enroll_http_new(profile);
    if (looker->http == NULL) {
        OPENSSL_free(looker);
        return NULL;
    }
    return looker;
}

void enroll_looker_free(struct enroll_looker *looker)
{
    if (looker == NULL)
        return;
    enroll_http_free(looker->http);
    enroll_http_reply_clear(&looker->list);
    OPENSSL_free(looker);
}

/* One address gets a part of the time only: there may be another. */
static long long deadline_of(const struct enroll_looker *looker)
{
    long long end = enroll_monotonic_ms() + ONE_MS;

    return end < looker->deadline ? end : looker->deadline;
}

static int is_http(const char *url)
{
    return (strncasecmp(url, "http://", 7) == 0 ||
            strncasecmp(url, "https://", 8) == 0) &&
           strlen(url) < LOOKER_URL;
}

/* What an address gave: HOST in front of why. */
static void name_host(const char *url, struct enroll_revocation_result *result)
{
    char host[ENROLL_AUTHORITY_MAX], why[sizeof(result->why)];

    if (result->status != ENROLL_REVOCATION_UNKNOWN)
        return;
    enroll_url_shown(url, host);
    strcpy(why, result->why);
    enroll_revocation_unknown(result, "%s: %s", host, why);
}

/* ----- OCSP ----- */

static void ask_ocsp(struct enroll_looker *looker, const char *url,
                     const struct enroll_revocation_of *of,
                     struct enroll_revocation_result *result)
{
    static const char *const headers[] = {
        "Content-Type: application/ocsp-request",
        "Accept: application/ocsp-response", NULL};
    OCSP_REQUEST *request = enroll_ocsp_request(of->leaf, of->issuer);
    unsigned char *der = NULL;
    int length = request == NULL ? -1 : i2d_OCSP_REQUEST(request, &der);
    struct enroll_http_reply reply = {0};
    struct enroll_problem problem;
    struct enroll_http_request call = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .body = (const char *)der,
        .body_length = length < 0 ? 0 : (size_t)length,
        .deadline = deadline_of(looker),
        .max = OCSP_MAX,
    };

    if (length <= 0) {
        enroll_revocation_unknown(result, "out of memory");
    } else if (enroll_fetch(looker->http, &call, &reply, &problem)) {
        enroll_ocsp_judge(reply.body, reply.length, request, of, result);
        name_host(url, result);
        enroll_http_reply_clear(&reply);
    } else {
        enroll_revocation_unknown(result, "%.300s", problem.line);
    }
    OPENSSL_free(der);
    OCSP_REQUEST_free(request);
}

/* The number of addresses asked. */
static int try_ocsp(struct enroll_looker *looker,
                    const struct enroll_revocation_of *of,
                    struct enroll_revocation_result *result)
{
    STACK_OF(OPENSSL_STRING) *urls = X509_get1_ocsp(of->leaf);
    int asked = 0;

    for (int i = 0; i < sk_OPENSSL_STRING_num(urls) && asked < URLS_MAX &&
                    result->status == ENROLL_REVOCATION_UNKNOWN;
         i++) {
        const char *url = sk_OPENSSL_STRING_value(urls, i);

        if (!is_http(url))
            continue;
        ask_ocsp(looker, url, of, result);
        asked++;
    }
    X509_email_free(urls);
    return asked;
}

/* ----- lists ----- */

static void ask_list(struct enroll_looker *looker, const char *url,
                     const struct enroll_revocation_of *of,
                     struct enroll_revocation_result *result)
{
    struct enroll_problem problem;
    struct enroll_http_request call = {
        .method = "GET",
        .url = url,
        .deadline = deadline_of(looker),
        .max = CRL_MAX,
    };

    if (strcmp(looker->url, url) != 0) {
        enroll_http_reply_clear(&looker->list);
        looker->url[0] = '\0';
        if (!enroll_fetch(looker->http, &call, &looker->list, &problem)) {
            enroll_revocation_unknown(result, "%.300s", problem.line);
            return;
        }
        strcpy(looker->url, url);
    }
    enroll_crl_judge(looker->list.body, looker->list.length, of, result);
    name_host(url, result);
}

/* Lists of all reasons by the issuer itself; addresses are IA5String. */
static const char *list_url(const DIST_POINT *point, int i)
{
    const GENERAL_NAMES *names = NULL;
    const ASN1_STRING *text = NULL;
    int type = 0;

    if (point->reasons != NULL || point->CRLissuer != NULL ||
        point->distpoint == NULL || point->distpoint->type != 0)
        return NULL;
    names = point->distpoint->name.fullname;
    if (i >= sk_GENERAL_NAME_num(names))
        return NULL;
    text = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
    if (type != GEN_URI || strlen((const char *)ASN1_STRING_get0_data(text)) !=
                               (size_t)ASN1_STRING_length(text))
        return "";
    return (const char *)ASN1_STRING_get0_data(text);
}

static int try_lists(struct enroll_looker *looker,
                     const struct enroll_revocation_of *of,
                     struct enroll_revocation_result *result)
{
    CRL_DIST_POINTS *points =
        X509_get_ext_d2i(of->leaf, NID_crl_distribution_points, NULL, NULL);
    const char *url = NULL;
    int asked = 0;

    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        for (int j = 0;
             asked < URLS_MAX && result->status == ENROLL_REVOCATION_UNKNOWN &&
             (url = list_url(sk_DIST_POINT_value(points, i), j)) != NULL;
             j++) {
            if (!is_http(url))
                continue;
            ask_list(looker, url, of, result);
            asked++;
        }
    }
    CRL_DIST_POINTS_free(points);
    return asked;
}

void enroll_looker_ask(struct enroll_looker *looker,
                       const struct enroll_revocation_of *of,
                       struct enroll_revocation_result *result)
{
    struct enroll_revocation_result ocsp, list;
    int asked;

    enroll_revocation_unknown(&ocsp, "%s", "");
    enroll_revocation_unknown(&list, "%s", "");
    asked = try_ocsp(looker, of, &ocsp);
    if (ocsp.status != ENROLL_REVOCATION_UNKNOWN) {
        *result = ocsp;
        return;
    }
    asked += try_lists(looker, of, &list);
    *result = list;
    if (asked == 0)
        result->status = ENROLL_REVOCATION_NOWHERE;
    else if (list.status == ENROLL_REVOCATION_UNKNOWN)
        enroll_revocation_unknown(
            result, "%.150s%s%.150s", ocsp.why,
            ocsp.why[0] == '\0' || list.why[0] == '\0' ? "" : "; ", list.why);
}
