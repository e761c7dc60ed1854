/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of faults: what there is, where it can act and what it takes.
 * Called by fault.c.
 */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

#include "leaf.h"
#include "text.h"

static const char *const endpoint_names[] = {
    [EP_TOKEN] = "token",       [EP_ENROLL] = "enroll", [EP_STATUS] = "status",
    [EP_DOWNLOAD] = "download", [EP_REVOKE] = "revoke", [EP_LOOKUP] = "lookup",
    [EP_RENEWAL] = "renewal",   [EP_CRL] = "crl",       [EP_OCSP] = "ocsp",
    [EP_TSA] = "tsa",           [EP_ALL] = "all",       [EP_TLS] = "tls",
    [EP_HTTP] = "http",
};

#define ENDPOINT_NAMES (sizeof(endpoint_names) / sizeof(endpoint_names[0]))
#define BIT(endpoint)  (1u << (endpoint))
#define ANY            (BIT(EP_ALL) - 1)
#define POLL           (BIT(EP_STATUS) | BIT(EP_DOWNLOAD))
#define OURS           (BIT(EP_LOOKUP) | BIT(EP_RENEWAL))
#define JSON           (BIT(EP_TOKEN) | BIT(EP_ENROLL) | BIT(EP_STATUS) | OURS)
#define OCSP           BIT(EP_OCSP)
#define TSA            BIT(EP_TSA)
#define DER            (BIT(EP_CRL) | OCSP | TSA)
#define TLS            BIT(EP_TLS)
#define CONNECTION     (TLS | BIT(EP_HTTP))

/* ----- arguments ----- */

static int check_delay(const char *argument)
{
    int64_t ms;

    return duration_parse_ms(argument, &ms) && ms <= 3600 * 1000;
}

static int check_rate(const char *argument)
{
    int64_t rate;

    return text_number(argument, 1, 4096, &rate);
}

int fault_size(const char *text, int64_t *bytes)
{
    static const char units[] = "KMG";
    size_t digits = strspn(text, "0123456789");
    const char *unit =
        text[digits] != '\0' ? strchr(units, text[digits]) : NULL;
    char copy[16];
    int64_t number;
    int shift = 0;

    if (unit != NULL)
        shift = 10 * (int)(unit - units + 1);
    if (digits >= sizeof(copy) || strlen(text) != digits + (unit != NULL))
        return 0;
    memcpy(copy, text, digits);
    copy[digits] = '\0';
    if (!text_number(copy, 1, (int64_t)1 << (40 - shift), &number))
        return 0;
    *bytes = number << shift;
    return 1;
}

static int check_size(const char *argument)
{
    int64_t bytes;

    return fault_size(argument, &bytes);
}

static int check_pending(const char *argument)
{
    static const char *const forms[] = {"404-103", "404-109",  "400-0",
                                        "400-183", "400-1400", NULL};

    return text_among(argument, forms);
}

static int check_header(const char *argument)
{
    return strpbrk(argument, "\r\n") == NULL;
}

int delivery_known(const char *name)
{
    static const char *const ways[] = {
        "unordered", "incomplete", "missing-leaf", "duplicate", "with-root",
        "looped",    "pkcs7",      "der",          "garbage",   NULL};

    return text_among(name, ways);
}

static int check_cert(const char *argument)
{
    return leaf_defect_known(argument) || delivery_known(argument);
}

/* ----- the table ----- */

static const struct fault_kind kinds[] = {
    {"refuse", FAULT_REFUSE, FAULT_BEFORE, ANY, 0, NULL,
     "the connection is reset without an answer"},
    {"delay", FAULT_DELAY, FAULT_WAIT, ANY, 2, check_delay,
     "=DURATION: answers late (300ms, 5s; at most 1h)"},
    {"stall", FAULT_STALL, FAULT_BEFORE, ANY, 0, NULL,
     "never answers; ends when the client leaves, or after an hour"},
    {"black-hole", FAULT_BLACK_HOLE, FAULT_BEFORE, ANY, 0, NULL,
     "never answers and never closes, whatever the client does"},
    {"black-hole", FAULT_BLACK_HOLE, FAULT_CONNECT, CONNECTION, 0, NULL,
     "(and all) connected, and then nothing, not even TLS"},
    {"401", FAULT_401, FAULT_BEFORE, ANY, 0, NULL,
     "401, empty, with WWW-Authenticate"},
    {"403", FAULT_403, FAULT_BEFORE, ANY, 0, NULL, "403 with code -3"},
    {"404", FAULT_404, FAULT_BEFORE, ANY, 0, NULL, "404 with code -5101"},
    {"429", FAULT_429, FAULT_BEFORE, ANY, 1, check_header,
     "[=RETRY-AFTER]: 429; seconds or an HTTP date, or no such header"},
    {"500", FAULT_500, FAULT_BEFORE, ANY, 0, NULL, "500 with code -2"},
    {"503", FAULT_503, FAULT_BEFORE, ANY, 1, check_header,
     "[=RETRY-AFTER]: 503 with a page of HTML"},
    {"redirect-loop", FAULT_REDIRECT_LOOP, FAULT_BEFORE, ANY, 0, NULL,
     "307 to the same address"},
    {"pending", FAULT_PENDING, FAULT_BEFORE, POLL, 2, check_pending,
     "=404-103|404-109|400-0|400-183|400-1400: not ready yet"},
    {"unknown-status", FAULT_UNKNOWN_STATUS, FAULT_BEFORE, BIT(EP_STATUS), 1,
     NULL, "[=TEXT]: a status nobody has heard of"},
    {"wrong-issued", FAULT_WRONG_ISSUED, FAULT_BEFORE, POLL, 0, NULL,
     "status says Issued; download still 404 with code -109"},
    {"cut", FAULT_CUT, FAULT_AFTER, ANY, 0, NULL,
     "does what was asked, then resets the connection"},
    {"truncated", FAULT_TRUNCATED, FAULT_AFTER, ANY, 0, NULL,
     "half of the body that Content-Length announces"},
    {"oversized", FAULT_OVERSIZED, FAULT_AFTER, ANY, 1, check_size,
     "[=SIZE]: a body of SIZE bytes (64K, 20M, 1G; default 1G)"},
    {"non-json", FAULT_NON_JSON, FAULT_AFTER, ANY, 0, NULL,
     "200 with a page of HTML"},
    {"empty", FAULT_EMPTY, FAULT_AFTER, ANY, 0, NULL, "200, empty"},
    {"duplicate-keys", FAULT_DUPLICATE_KEYS, FAULT_AFTER, JSON, 0, NULL,
     "JSON with each key twice, the second with another value"},
    {"certid-number", FAULT_CERTID_NUMBER, FAULT_AFTER, BIT(EP_ENROLL) | OURS,
     0, NULL, "certId is a JSON number"},
    {"trickle", FAULT_TRICKLE, FAULT_AFTER, ANY, 1, check_rate,
     "[=BYTES]: the body comes at so many bytes a second (1 to 4096,\n"
     "      default 1), and blanks after it for ever"},
    {"garbage", FAULT_GARBAGE, FAULT_AFTER, DER, 0, NULL,
     "the right type, and bytes that mean nothing"},
    {"cert", FAULT_CERT, FAULT_ISSUE, BIT(EP_ENROLL), 2, check_cert,
     "=KIND: the certificate or its delivery has a defect:\n"
     "      other-key wrong-eku any-eku ca expired not-yet-valid too-long\n"
     "      rsa-1024 other-subject no-ku sha1 unordered incomplete\n"
     "      missing-leaf duplicate with-root looped pkcs7 der garbage"},
    {"cert", FAULT_CERT_DELIVERY, FAULT_DELIVER, BIT(EP_DOWNLOAD), 2,
     delivery_known, "=KIND: this delivery only (unordered ... garbage)"},
    {"rejected", FAULT_REJECTED, FAULT_ISSUE, BIT(EP_ENROLL), 0, NULL,
     "the CA rejects the order after its approval"},
    {"wrong-imprint", FAULT_TSA_WRONG_IMPRINT, FAULT_SIGNED, TSA, 0, NULL,
     "stamps something else"},
    {"no-nonce", FAULT_TSA_NO_NONCE, FAULT_SIGNED, TSA, 0, NULL,
     "leaves the nonce out"},
    {"wrong-nonce", FAULT_TSA_WRONG_NONCE, FAULT_SIGNED, TSA, 0, NULL,
     "another nonce than the request's"},
    {"rejected", FAULT_TSA_REJECTED, FAULT_SIGNED, TSA, 0, NULL,
     "PKIStatus rejection"},
    {"expired-cert", FAULT_TSA_EXPIRED_CERT, FAULT_SIGNED, TSA, 0, NULL,
     "signed with an expired certificate"},
    {"no-certs", FAULT_TSA_NO_CERTS, FAULT_SIGNED, TSA, 0, NULL,
     "no certificates though the request wants them"},
    {"old-time", FAULT_TSA_OLD_TIME, FAULT_SIGNED, TSA, 0, NULL,
     "a time an hour ago"},
    {"expired-response", FAULT_OCSP_EXPIRED, FAULT_SIGNED, OCSP, 0, NULL,
     "its nextUpdate is long past"},
    {"wrong-signer", FAULT_OCSP_WRONG_SIGNER, FAULT_SIGNED, OCSP, 0, NULL,
     "signed by somebody the CA has not delegated it to"},
    {"wrong-serial", FAULT_OCSP_WRONG_SERIAL, FAULT_SIGNED, OCSP, 0, NULL,
     "about another certificate than the one asked for"},
    {"try-later", FAULT_OCSP_TRY_LATER, FAULT_SIGNED, OCSP, 0, NULL,
     "unsigned, tryLater"},
    {"expired", FAULT_TLS_EXPIRED, FAULT_CONNECT, TLS, 0, NULL,
     "the API's certificate has expired"},
    {"wrong-name", FAULT_TLS_WRONG_NAME, FAULT_CONNECT, TLS, 0, NULL,
     "it is for another host"},
    {"self-signed", FAULT_TLS_SELF_SIGNED, FAULT_CONNECT, TLS, 0, NULL,
     "it is signed with its own key"},
    {"old-version", FAULT_TLS_OLD_VERSION, FAULT_CONNECT, TLS, 0, NULL,
     "only TLS 1.0 and 1.1 are offered"},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

int fault_endpoint(const char *name)
{
    size_t i;

    for (i = 0; i < ENDPOINT_NAMES; i++)
        if (strcmp(endpoint_names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *fault_endpoint_name(int endpoint)
{
    return endpoint_names[endpoint];
}

/* Can the kind act on what the specification names? `all` takes every kind
 * that is not for some endpoints only. */
static int kind_fits(const struct fault_kind *kind, int endpoint)
{
    if (endpoint == EP_ALL && kind->endpoints == ANY)
        return 1;
    return (kind->endpoints & BIT((unsigned int)endpoint)) != 0;
}

const struct fault_kind *fault_kind_find(const char *name, int endpoint)
{
    size_t i;

    for (i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0 && kind_fits(&kinds[i], endpoint))
            return &kinds[i];
    return NULL;
}

int fault_argument_fits(const struct fault_kind *kind, const char *argument)
{
    if (argument == NULL)
        return kind->argument != 2;
    return kind->argument != 0 &&
           (kind->check == NULL || kind->check(argument));
}

void fault_help(FILE *out)
{
    size_t i, e;

    for (i = 0; i < KINDS; i++) {
        fprintf(out, "  %-14s %s\n", kinds[i].name, kinds[i].help);
        if (kinds[i].endpoints == ANY)
            continue;
        fprintf(out, "  %-14s   only", "");
        for (e = 0; e < ENDPOINT_NAMES; e++)
            if (kinds[i].endpoints & BIT(e))
                fprintf(out, " %s", endpoint_names[e]);
        fputc('\n', out);
    }
}
