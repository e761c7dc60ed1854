/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations, numbers, dates and base64 of the manager.
 */
#include "text.h"

#include <stdlib.h>

#include "../unit/check.h"
#include "csr.h"

static void durations(void)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } cases[] = {
        {"0", 0},
        {"0s", 0},
        {"1s", 1000},
        {"90s", 90000},
        {"5m", 300000},
        {"2h", 7200000},
        {"460d", 39744000000},
        {"1w", 604800000},
        {"250ms", 250},
        {"", -1},
        {"s", -1},
        {"5", -1},
        {"5x", -1},
        {"-5s", -1},
        {"+5s", -1},
        {" 5s", -1},
        {"5 s", -1},
        {"5s ", -1},
        {"1.5h", -1},
        {"5dd", -1},
        {"99999999999999d", -1},
        {"9999999999999999999s", -1},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t ms = -1, seconds = -1;

        CHECK(duration_parse_ms(cases[i].text, &ms) == (cases[i].ms >= 0));
        CHECK(ms == cases[i].ms);
        if (strstr(cases[i].text, "ms") == NULL) {
            duration_parse(cases[i].text, &seconds);
            CHECK(seconds == (cases[i].ms < 0 ? -1 : cases[i].ms / 1000));
        }
    }
}

static void signed_durations(void)
{
    int64_t seconds = 7;

    CHECK(!duration_parse("250ms", &seconds) && seconds == 7);
    CHECK(duration_parse_signed("+30d", &seconds) && seconds == 2592000);
    CHECK(duration_parse_signed("-90s", &seconds) && seconds == -90);
    CHECK(duration_parse_signed("1h", &seconds) && seconds == 3600);
    CHECK(!duration_parse_signed("--1h", &seconds) && seconds == 3600);
}

static void numbers(void)
{
    int64_t n = 7;

    CHECK(text_number("65535", 0, 65535, &n) && n == 65535);
    CHECK(!text_number("65536", 0, 65535, &n) && n == 65535);
    CHECK(!text_number("", 0, 9, &n));
    CHECK(!text_number("1x", 0, 9, &n));
    CHECK(!text_number("-1", -9, 9, &n));
    CHECK(!text_number("99999999999999999999", 0, INT64_MAX, &n));
}

static void dates(void)
{
    char text[TEXT_TIME_SIZE];

    text_time(text, 1795359565);
    CHECK_STRING(text, "2026-11-22T14:59:25Z");
    text_http_date(text, 784111777);
    CHECK_STRING(text, "Sun, 06 Nov 1994 08:49:37 GMT");
}

static void random_text(void)
{
    char *a = text_random("abcdefgh", 32), *b = text_random("abcdefgh", 32);

    CHECK(a != NULL && strlen(a) == 32 && strspn(a, "abcdefgh") == 32);
    CHECK(a != NULL && b != NULL && strcmp(a, b) != 0);
    CHECK(text_random("abc", 8) == NULL);
    free(a);
    free(b);
}

static void base64(void)
{
    static const char *const bad[] = {"",      "A",     "AA",      "AAA",
                                      "AA=A",  "A===",  "====",    "AAAA\n",
                                      " AAAA", "AA A",  "AA-_",    "AA==AAAA",
                                      "=AAA",  "AAAA=", "AAAAA==="};
    size_t length = 0, i;
    unsigned char *data = base64_decode("aGVsbG8=", &length);

    CHECK(data != NULL && length == 5 && memcmp(data, "hello", 5) == 0);
    free(data);
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        data = base64_decode(bad[i], &length);
        if (data != NULL)
            fprintf(stderr, "taken: '%s'\n", bad[i]);
        CHECK(data == NULL);
        free(data);
    }
}

int main(void)
{
    durations();
    signed_durations();
    numbers();
    dates();
    random_text();
    base64();
    return CHECK_DONE();
}
