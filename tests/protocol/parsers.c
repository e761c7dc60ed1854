/* SPDX-License-Identifier: Apache-2.0 */
/* The readers of what managers send, on literal input. */
#include <string.h>

#include "hook/protocol/challenge.h"
#include "hook/protocol/instant.h"
#include "hook/protocol/scm.h"
#include "hook/protocol/url.h"

#include "tests/unit/check.h"

/* ----- WWW-Authenticate ----- */

static void leads_to(const char *value, const char *expected)
{
    char url[256] = "before";

    CHECK(enroll_challenge_token_url(value, strlen(value), url, sizeof(url)));
    CHECK_STRING(url, expected);
}

static void leads_nowhere(const char *value)
{
    char url[24] = "before";

    CHECK(!enroll_challenge_token_url(value, strlen(value), url, sizeof(url)));
    CHECK_STRING(url, "");
}

static void challenges(void)
{
    static const char url[] = "https://auth.example/realms/a?b=c,d";

    leads_to("Bearer authorization_uri=\"https://auth.example/realms/a?b=c,d\"",
             url);
    leads_to("https://auth.example/realms/a", "https://auth.example/realms/a");
    leads_to("HTTPS://auth.example/a", "HTTPS://auth.example/a");
    leads_to("Bearer realm=\"x\", AUTHORIZATION_URI = https://a.example/t",
             "https://a.example/t");
    leads_to("Basic realm=\"a, b\", Bearer "
             "authorization_uri=\"https://a.example/t\", scope=x",
             "https://a.example/t");
    leads_to("Negotiate abc==, Bearer authorization_uri=\"https://a.example\"",
             "https://a.example");
    leads_to("Bearer authorization_uri=\"https://a.exa\\mple/\\\"\"",
             "https://a.example/\"");
    leads_to("Bearer authorization_uri=\"https://a.example/", /* no end */
             "https://a.example/");
    leads_to("Bearer authorization_uri=\"ftp://a\"", "ftp://a");

    /* What stands inside of another's quotes is no challenge. */
    leads_to("Bearer realm=\"authorization_uri=https://evil.example\", "
             "authorization_uri=\"https://a.example\"",
             "https://a.example");
    leads_nowhere("Bearer realm=\"https://evil.example\"");
    leads_nowhere("Bearer realm=\"\\\"https://evil.example\"");

    leads_nowhere("");
    leads_nowhere("Bearer");
    leads_nowhere("Bearer realm=");
    leads_nowhere("Bearer authorization_uri=\"\"");
    leads_nowhere("=\"https://evil.example\"");
    leads_nowhere("\"https://evil.example");
    leads_nowhere(" ,, \t");
    leads_nowhere("https://far.too.long.for.the.buffer.example/token");
}

/* ----- headers ----- */

static void retry_after(void)
{
    const time_t now = 1700000000; /* Tue, 14 Nov 2023 22:13:20 GMT */

    CHECK(enroll_retry_after("120", now) == 120);
    CHECK(enroll_retry_after("0", now) == 0);
    CHECK(enroll_retry_after("7 ", now) == 7);
    CHECK(enroll_retry_after("86400", now) == 86400);
    CHECK(enroll_retry_after("86401", now) == 86400);
    CHECK(enroll_retry_after("99999999999999999999999", now) == 86400);
    CHECK(enroll_retry_after("Tue, 14 Nov 2023 22:14:20 GMT", now) == 60);
    CHECK(enroll_retry_after("Tue, 14 Nov 2023 22:12:20 GMT", now) == 0);
    CHECK(enroll_retry_after("Fri, 01 Jan 2100 00:00:00 GMT", now) == 86400);
    CHECK(enroll_retry_after("", now) == 0);
    CHECK(enroll_retry_after("-5", now) == 0);
    CHECK(enroll_retry_after("soon", now) == 0);
    CHECK(enroll_retry_after("5 minutes", now) == 0);
}

static void lifetimes(void)
{
    CHECK(enroll_token_lifetime(300) == 270);
    CHECK(enroll_token_lifetime(150) == 120);
    CHECK(enroll_token_lifetime(10) == 8);
    CHECK(enroll_token_lifetime(1) == 1);
    CHECK(enroll_token_lifetime(0) == 48); /* not said: a minute */
    CHECK(enroll_token_lifetime(-5) == 48);
    CHECK(enroll_token_lifetime(0.5) == 48);
    CHECK(enroll_token_lifetime(1e300) == 3570);
}

/* ----- addresses ----- */

static void authority(const char *url, const char *expected)
{
    char text[ENROLL_AUTHORITY_MAX];

    CHECK(enroll_url_authority(url, text) == (expected != NULL));
    CHECK_STRING(text, expected == NULL ? "" : expected);
}

static void addresses(void)
{
    authority("https://a.example/x?y#z", "a.example");
    authority("https://a.example:443/", "a.example");
    authority("https://a.example:8443/", "a.example:8443");
    authority("https://[::1]:8443/", "[::1]:8443");
    authority("http://a.example/", NULL);
    authority("https://user@a.example/", NULL);
    authority("https://a.example@evil.example/", NULL);
    authority("https://:x@a.example/", NULL);
    authority("https://a%7f.example/", NULL);
    authority("https:", NULL);
    authority("//a.example/", NULL);
    authority("", NULL);

    CHECK(enroll_url_is("a.example", "a.example"));
    CHECK(enroll_url_is("a.example", "A.Example:443"));
    CHECK(enroll_url_is("a.example:1", "a.example:1"));
    CHECK(!enroll_url_is("a.example:1", "a.example"));
    CHECK(!enroll_url_is("a.example", "a.example:1"));
    CHECK(!enroll_url_is("a.example", "b.example"));
    CHECK(!enroll_url_is("xa.example", "a.example"));
    CHECK(!enroll_url_is("a.example.evil", "a.example"));
    CHECK(!enroll_url_is("evil.example", "a.example@evil.example"));
    CHECK(!enroll_url_is("a.example", ""));
}

/* ----- words ----- */

static void words(const char *text, const char *expected)
{
    char shown[ENROLL_WORDS_MAX];

    enroll_words(text, shown);
    CHECK_STRING(shown, expected);
}

static void all_words(void)
{
    char text[4 * ENROLL_WORDS_MAX], shown[ENROLL_WORDS_MAX];

    words(NULL, "");
    words("plain", "plain");
    words("line\r\nbreak\ttab ", "line? break tab");
    words("\033[31mred\033[0m", "?[31mred?[0m");
    words("Stra\xc3\x9f"
          "e",
          "Stra\xc3\x9f"
          "e");
    words("\xff\xfe", "??");
    words("\xc2\x9b"
          "31m",
          "?31m"); /* CSI in one character */
    words("a\xe2\x80\xae"
          "b",
          "a?b"); /* writes to the left from here on */
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    enroll_words(text, shown);
    CHECK(strlen(shown) == ENROLL_WORDS_MAX - 1);
}

/* ----- JSON ----- */

static void id(const char *body, const char *expected)
{
    const char *why = NULL;
    char *found = NULL;

    CHECK(enroll_scm_read_id(body, strlen(body), &found, &why) ==
          (expected != NULL));
    if (expected != NULL)
        CHECK_STRING(found, expected);
    else
        CHECK(found == NULL && why != NULL);
    OPENSSL_free(found);
}

static void ids(void)
{
    char long_id[ENROLL_ORDER_ID_MAX + 32];

    id("{\"certId\":\"123\"}", "123");
    id(" {\"certId\" : 123 }\r\n", "123");
    id("{\"certId\":9007199254740992}", "9007199254740992");
    id("{\"certId\":\"a-b_c/d\",\"more\":{\"certId\":[]}}", "a-b_c/d");

    id("", NULL);
    id("{\"certId\":\"123\"", NULL);
    id("{\"certId\":\"123\"}{", NULL);
    id("{\"certId\":\"1\",\"certId\":\"2\"}", NULL);
    id("{\"certId\":\"\"}", NULL);
    id("{\"certId\":\"..\"}", NULL);
    id("{\"certId\":\"a b\"}", NULL);
    id("{\"certId\":\"a\\nb\"}", NULL);
    id("{\"certId\":0}", NULL);
    id("{\"certId\":-1}", NULL);
    id("{\"certId\":1.5}", NULL);
    id("{\"certId\":1e300}", NULL);
    id("{\"certId\":null}", NULL);
    id("{\"certId\":true}", NULL);
    id("{\"certId\":[\"1\"]}", NULL);
    id("{\"CERTID\":\"1\"}", NULL);
    id("[{\"certId\":\"1\"}]", NULL);
    id("\"1\"", NULL);
    id("<html>", NULL);
    memset(long_id, 'x', sizeof(long_id));
    memcpy(long_id, "{\"certId\":\"", 11);
    memcpy(long_id + sizeof(long_id) - 3, "\"}", 3);
    id(long_id, NULL);
}

static void orders(const char *body, int known, const char *expected)
{
    const char *why = NULL;
    char *found = NULL;

    CHECK(enroll_scm_read_orders(body, strlen(body), &found, &why) == known);
    if (expected != NULL)
        CHECK_STRING(found, expected);
    else
        CHECK(found == NULL);
    OPENSSL_free(found);
}

static void all_orders(void)
{
    orders("{\"orders\":[]}", 1, NULL);
    orders("{\"orders\":[{\"certId\":\"7\",\"status\":\"Issued\"}]}", 1, "7");
    /* "None" must be said, not guessed. */
    orders("{}", 0, NULL);
    orders("{\"orders\":null}", 0, NULL);
    orders("{\"orders\":{}}", 0, NULL);
    orders("{\"orders\":[{}]}", 0, NULL);
    orders("{\"orders\":[7]}", 0, NULL);
    orders("[]", 0, NULL);
    orders("", 0, NULL);
}

static void bytes(void)
{
    static const char body[] = {'{', '}', '\0', 'x'};
    struct enroll_scm_error error;
    const char *why = NULL;
    char status[ENROLL_SCM_STATUS_MAX] = "";

    enroll_scm_read_error(body, sizeof(body), &error);
    CHECK(!error.is_scm);
    /* length counts, not a NUL */
    CHECK(enroll_scm_read_status("{\"status\":\"Issued\"}garbage", 19, status,
                                 &why));
    CHECK_STRING(status, "Issued");
    CHECK(!enroll_scm_read_status("{\"status\":\"\"}", 13, status, &why));
    CHECK(!enroll_scm_read_status("{\"status\":7}", 12, status, &why));
}

/* ----- what refusals mean ----- */

static void means(long status, const char *body,
                  enum enroll_scm_meaning expected)
{
    struct enroll_scm_error error;
    enum enroll_scm_meaning got;

    enroll_scm_read_error(body, strlen(body), &error);
    got = enroll_scm_error_meaning(status, &error);
    if (got != expected)
        fprintf(stderr, "HTTP %ld %s means %d, expected %d\n", status, body,
                (int)got, (int)expected);
    CHECK(got == expected);
}

static void pending(void)
{
    means(404, "{\"code\":-103}", ENROLL_SCM_PENDING);
    means(404,
          "{\"code\":-109,\"description\":\"Certificate is not available now, "
          "please try again later\"}",
          ENROLL_SCM_PENDING);
    means(400, "{\"code\":0,\"description\":\"Being processed by Sectigo\"}",
          ENROLL_SCM_PENDING);
    means(400,
          "{\"code\":-183,\"description\":\"Certificate is not "
          "collectable\"}",
          ENROLL_SCM_PENDING);
    means(409, "{\"code\":-1400}", ENROLL_SCM_PENDING);
    means(400,
          "{\"description\":\"The request is being processed by Sectigo\"}",
          ENROLL_SCM_PENDING);
    /* The text counts for more than the code. */
    means(400, "{\"code\":-183,\"description\":\"Declined by J. Doe\"}",
          ENROLL_SCM_REJECTED);
    means(400, "{\"code\":0,\"description\":\"Something else\"}",
          ENROLL_SCM_REJECTED);
    /* And HTTP's status for more than either. */
    means(401, "{\"code\":-103}", ENROLL_SCM_CREDENTIALS);
    means(500, "{\"code\":-103}", ENROLL_SCM_TEMPORARY);
}

static void refusals(void)
{
    means(200, "", ENROLL_SCM_FINE);
    means(204, "", ENROLL_SCM_FINE);
    means(302, "", ENROLL_SCM_ELSEWHERE);
    means(401, "", ENROLL_SCM_CREDENTIALS);
    means(403, "<html>", ENROLL_SCM_CREDENTIALS);
    means(403, "{\"code\":-3}", ENROLL_SCM_CREDENTIALS);
    means(400, "{\"code\":-16,\"description\":\"Unknown user\"}",
          ENROLL_SCM_CREDENTIALS);
    means(400, "{\"code\":-970}", ENROLL_SCM_CREDENTIALS);
    means(404, "", ENROLL_SCM_NOT_THERE);
    means(404, "<html>", ENROLL_SCM_NOT_THERE);
    means(404, "{\"status\":404,\"error\":\"Not Found\"}",
          ENROLL_SCM_NOT_THERE);
    means(404, "{\"code\":-5101,\"description\":\"Certificate not found\"}",
          ENROLL_SCM_UNKNOWN_ORDER);
    means(404, "{\"description\":\"?\"}", ENROLL_SCM_UNKNOWN_ORDER);
    means(400, "{\"code\":-195}", ENROLL_SCM_TEMPORARY);
    means(400, "{\"code\":-195,\"description\":\"Key is too weak\"}",
          ENROLL_SCM_REJECTED);
    means(429, "", ENROLL_SCM_THROTTLED);
    means(503, "", ENROLL_SCM_TEMPORARY);
    means(400, "{\"code\":-110}", ENROLL_SCM_REVOKED);
    means(400, "{\"code\":-159,\"description\":\"already revoked\"}",
          ENROLL_SCM_ALREADY_REVOKED);
    means(400, "{\"code\":-159,\"description\":\"something else\"}",
          ENROLL_SCM_REJECTED);
    means(400, "{\"code\":-141}", ENROLL_SCM_REJECTED);
    means(400, "{\"code\":\"-103\"}", ENROLL_SCM_REJECTED);
    means(400, "", ENROLL_SCM_REJECTED);
}

static void states(void)
{
    CHECK(enroll_scm_state("Requested") == ENROLL_SCM_WAITS_FOR_APPROVAL);
    CHECK(enroll_scm_state("APPROVED") == ENROLL_SCM_AT_THE_CA);
    CHECK(enroll_scm_state("applied") == ENROLL_SCM_AT_THE_CA);
    CHECK(enroll_scm_state("Issued") == ENROLL_SCM_ISSUED);
    CHECK(enroll_scm_state("DECLINED") == ENROLL_SCM_DEAD);
    CHECK(enroll_scm_state("Rejected") == ENROLL_SCM_DEAD);
    CHECK(enroll_scm_state("Revoked") == ENROLL_SCM_DEAD);
    CHECK(enroll_scm_state("Expired") == ENROLL_SCM_DEAD);
    CHECK(enroll_scm_state("Awaiting Approval") ==
          ENROLL_SCM_WAITS_FOR_APPROVAL);
    CHECK(enroll_scm_state("Not Rejected") == ENROLL_SCM_UNHEARD_OF);
    CHECK(enroll_scm_state("") == ENROLL_SCM_UNHEARD_OF);
}

static void instant(const char *text, long long expected)
{
    time_t at = -1;

    CHECK(enroll_instant_parse(text, &at) == (expected >= 0));
    if (at != (time_t)expected)
        fprintf(stderr, "%s: %lld\n", text, (long long)at);
    CHECK(at == (time_t)expected);
}

static void instants(void)
{
    instant("2026-11-22", 1795305600);
    instant("2026-11-22T15:04:05Z", 1795359845);
    instant("2026-11-22t15:04:05z", 1795359845);
    instant("2026-11-22 15:04:05Z", 1795359845);
    instant("2026-11-22T15:04:05.678Z", 1795359845);
    instant("2026-11-22T16:04:05+01:00", 1795359845);
    instant("2026-11-22T10:34:05-04:30", 1795359845);
    instant("2026-11-22T15:04:05", -1);
    instant("2026-11-22T15:04:05Zulu", -1);
    instant("2026-11-22T15:04Z", -1);
    instant("2026-11-22T15:04:05.Z", -1);
    instant("2026-11-22x", -1);
    instant("2026-1-2", -1);
    instant("22.11.2026", -1);
    instant("", -1);
}

static void hint(const char *body, int known, long long expected)
{
    time_t at = -1;
    const char *why = NULL;

    CHECK(enroll_scm_read_hint(body, strlen(body), &at, &why) == known);
    CHECK(at == (time_t)expected && (why != NULL) == !known);
}

static void hints(void)
{
    hint("{\"renewAt\":\"2026-11-22T15:04:05Z\"}", 1, 1795359845);
    hint("{\"certId\":\"1\",\"renewAt\":null,\"reason\":\"\"}", 1, 0);
    hint("{\"renewAt\":1795359845}", 0, -1);
    hint("{\"renewAt\":\"soon\"}", 0, -1);
    hint("{}", 0, -1);
    hint("[]", 0, -1);
    hint("", 0, -1);
}

int main(void)
{
    challenges();
    retry_after();
    lifetimes();
    addresses();
    all_words();
    ids();
    all_orders();
    bytes();
    pending();
    refusals();
    states();
    instants();
    hints();
    return CHECK_DONE();
}
