/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults: their table, their specifications and their countdown. What each
 * does is written where it happens: fault_reply.c, leaf.c, delivery.c, tsa.c.
 */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "leaf.h"
#include "text.h"

static const char *const endpoint_names[] = {
    [EP_TOKEN] = "token",       [EP_ENROLL] = "enroll", [EP_STATUS] = "status",
    [EP_DOWNLOAD] = "download", [EP_REVOKE] = "revoke", [EP_LOOKUP] = "lookup",
    [EP_CRL] = "crl",           [EP_TSA] = "tsa",       [EP_ALL] = "all",
};

#define ENDPOINT_NAMES (sizeof(endpoint_names) / sizeof(endpoint_names[0]))
#define BIT(endpoint)  (1u << (endpoint))
#define ANY            (BIT(EP_ALL) - 1)
#define POLL           (BIT(EP_STATUS) | BIT(EP_DOWNLOAD))
#define JSON           (BIT(EP_TOKEN) | BIT(EP_ENROLL) | BIT(EP_STATUS))
#define TSA            BIT(EP_TSA)
#define DER            (BIT(EP_CRL) | BIT(EP_TSA))

/* ----- arguments ----- */

static int check_delay(const char *argument)
{
    int64_t ms;

    return duration_parse_ms(argument, &ms) && ms <= 3600 * 1000;
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
     "never answers; ends when the client leaves"},
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
    {"oversized", FAULT_OVERSIZED, FAULT_AFTER, ANY, 0, NULL,
     "a body that does not end (1 GB)"},
    {"non-json", FAULT_NON_JSON, FAULT_AFTER, ANY, 0, NULL,
     "200 with a page of HTML"},
    {"empty", FAULT_EMPTY, FAULT_AFTER, ANY, 0, NULL, "200, empty"},
    {"duplicate-keys", FAULT_DUPLICATE_KEYS, FAULT_AFTER, JSON, 0, NULL,
     "JSON with each key twice, the second with another value"},
    {"certid-number", FAULT_CERTID_NUMBER, FAULT_AFTER, BIT(EP_ENROLL), 0, NULL,
     "certId is a JSON number"},
    {"trickle", FAULT_TRICKLE, FAULT_AFTER, ANY, 0, NULL,
     "the body comes at one byte a second"},
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
    {"wrong-imprint", FAULT_TSA_WRONG_IMPRINT, FAULT_STAMP, TSA, 0, NULL,
     "stamps something else"},
    {"no-nonce", FAULT_TSA_NO_NONCE, FAULT_STAMP, TSA, 0, NULL,
     "leaves the nonce out"},
    {"wrong-nonce", FAULT_TSA_WRONG_NONCE, FAULT_STAMP, TSA, 0, NULL,
     "another nonce than the request's"},
    {"rejected", FAULT_TSA_REJECTED, FAULT_STAMP, TSA, 0, NULL,
     "PKIStatus rejection"},
    {"expired-cert", FAULT_TSA_EXPIRED_CERT, FAULT_STAMP, TSA, 0, NULL,
     "signed with an expired certificate"},
    {"no-certs", FAULT_TSA_NO_CERTS, FAULT_STAMP, TSA, 0, NULL,
     "no certificates though the request wants them"},
    {"old-time", FAULT_TSA_OLD_TIME, FAULT_STAMP, TSA, 0, NULL,
     "a time an hour ago"},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static int endpoint_find(const char *name)
{
    size_t i;

    for (i = 0; i < ENDPOINT_NAMES; i++)
        if (strcmp(endpoint_names[i], name) == 0)
            return (int)i;
    return -1;
}

/* Can the kind act on what the specification names? `all` takes every kind
 * that is not for some endpoints only. */
static int kind_fits(const struct fault_kind *kind, int endpoint)
{
    if (endpoint == EP_ALL)
        return kind->endpoints == ANY;
    return (kind->endpoints & BIT((unsigned int)endpoint)) != 0;
}

static const struct fault_kind *kind_find(const char *name, int endpoint)
{
    size_t i;

    for (i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0 && kind_fits(&kinds[i], endpoint))
            return &kinds[i];
    return NULL;
}

/* ----- specifications ----- */

/* Cuts ",times=N" off. Returns 1 and the number, 0 for none, or -1. */
static int cut_times(char *text, int64_t *times)
{
    char *found = strstr(text, ",times=");

    if (found == NULL)
        return 0;
    *found = '\0';
    return text_number(found + strlen(",times="), 1, 1000000, times) ? 1 : -1;
}

static int fault_insert(struct database *db, int endpoint,
                        const struct fault_kind *kind, const char *argument,
                        int64_t times)
{
    return db_run(db,
                  "INSERT INTO faults(endpoint, kind, argument, remaining)"
                  " VALUES(?, ?, ?, NULLIF(?, 0))",
                  "ttti", endpoint_names[endpoint], kind->name, argument,
                  times) == 1;
}

static int argument_fits(const struct fault_kind *kind, const char *argument)
{
    if (argument == NULL)
        return kind->argument != 2;
    return kind->argument != 0 &&
           (kind->check == NULL || kind->check(argument));
}

static int fault_add_parts(struct database *db, char *text)
{
    const struct fault_kind *kind;
    char *name = strchr(text, ':'), *argument;
    int64_t times = 0;
    int endpoint;

    if (name == NULL || cut_times(name + 1, &times) < 0) {
        complain("a fault is ENDPOINT:KIND[=ARGUMENT][,times=N]; "
                 "`enroll-manager fault --kinds` lists them");
        return 0;
    }
    *name++ = '\0';
    argument = strchr(name, '=');
    if (argument != NULL)
        *argument++ = '\0';
    endpoint = endpoint_find(text);
    if (endpoint < 0) {
        complain("no endpoint `%s`: token, enroll, status, download, revoke, "
                 "lookup, crl, tsa or all",
                 text);
        return 0;
    }
    kind = kind_find(name, endpoint);
    if (kind == NULL || !argument_fits(kind, argument)) {
        complain(kind == NULL ? "`%s` has no fault `%s`; `enroll-manager "
                                "fault --kinds` lists them"
                              : "`%s:%s`: argument missing or wrong; "
                                "`enroll-manager fault --kinds` explains it",
                 text, name);
        return 0;
    }
    return fault_insert(db, endpoint, kind, argument, times);
}

int fault_add(struct database *db, const char *specification)
{
    char *text = strdup(specification);
    int ok = text != NULL && fault_add_parts(db, text);

    free(text);
    return ok;
}

int fault_remove_all(struct database *db)
{
    return db_run(db, "DELETE FROM faults", "") >= 0;
}

int fault_list(struct database *db, FILE *out)
{
    sqlite3_stmt *s;
    int row = -1;

    db_lock(db);
    s = db_prepare(db,
                   "SELECT endpoint || ':' || kind"
                   " || IFNULL('=' || argument, '')"
                   " || IFNULL(',times=' || remaining, '')"
                   " FROM faults ORDER BY id",
                   "");
    while (s != NULL && (row = db_step(db, s)) == 1)
        fprintf(out, "%s\n", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    db_unlock(db);
    return row == 0;
}

void fault_help(FILE *out)
{
    size_t i, e;

    for (i = 0; i < KINDS; i++) {
        fprintf(out, "  %-14s %s\n", kinds[i].name, kinds[i].help);
        if (kinds[i].endpoints == ANY)
            continue;
        fprintf(out, "  %-14s   only", "");
        for (e = 0; e < EP_ALL; e++)
            if (kinds[i].endpoints & BIT(e))
                fprintf(out, " %s", endpoint_names[e]);
        fputc('\n', out);
    }
}

/* ----- taking one ----- */

/* The first that fits: its row's id, or 0. The lock is held. */
static int64_t fault_match(struct database *db, enum endpoint endpoint,
                           enum fault_phase phase, struct fault *out)
{
    const struct fault_kind *kind;
    int64_t id = 0;
    sqlite3_stmt *s;

    s = db_prepare(db,
                   "SELECT id, kind, argument FROM faults"
                   " WHERE endpoint IN (?, 'all') ORDER BY id",
                   "t", endpoint_names[endpoint]);
    while (s != NULL && id == 0 && db_step(db, s) == 1) {
        kind =
            kind_find((const char *)sqlite3_column_text(s, 1), (int)endpoint);
        if (kind == NULL || kind->phase != phase)
            continue;
        id = sqlite3_column_int64(s, 0);
        out->kind = kind;
        out->argument = db_text(s, 2);
    }
    sqlite3_finalize(s);
    return id;
}

int fault_take(struct database *db, enum endpoint endpoint,
               enum fault_phase phase, struct fault *out)
{
    struct fault fault = {NULL, NULL};
    int64_t id;
    int any, ok = 1;

    out->kind = NULL;
    out->argument = NULL;
    /* Mostly there is none: that spares every request the write lock. */
    any = db_exists(db, "SELECT 1 FROM faults LIMIT 1", "");
    if (any <= 0)
        return any;
    if (!db_begin(db))
        return -1;
    id = fault_match(db, endpoint, phase, &fault);
    if (id != 0)
        ok = db_run(db,
                    "UPDATE faults SET remaining = remaining - 1"
                    " WHERE id = ?",
                    "i", id) >= 0 &&
             db_run(db, "DELETE FROM faults WHERE remaining = 0", "") >= 0;
    if (!db_end(db, ok)) {
        fault_clear(&fault);
        return -1;
    }
    *out = fault;
    return id != 0;
}

void fault_clear(struct fault *fault)
{
    free(fault->argument);
    fault->kind = NULL;
    fault->argument = NULL;
}
