/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text, durations, times and random strings. No state, no I/O but stderr.
 */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#define LONGEST_SECONDS ((int64_t)100 * 366 * 86400)

void complain(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    flockfile(stderr);
    fputs("enroll-manager: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    funlockfile(stderr);
    va_end(args);
}

char *text_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return text;
}

char *text_hex(const unsigned char *data, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * length + 1);
    size_t i;

    if (text == NULL)
        return NULL;
    for (i = 0; i < length; i++) {
        text[2 * i] = digits[data[i] >> 4];
        text[2 * i + 1] = digits[data[i] & 15];
    }
    text[2 * length] = '\0';
    return text;
}

char *text_random(const char *alphabet, size_t length)
{
    size_t letters = strlen(alphabet);
    unsigned char *raw = malloc(length + 1);
    size_t i;

    if (raw == NULL || letters == 0 || letters > 256 ||
        (letters & (letters - 1)) != 0 || RAND_bytes(raw, (int)length) != 1) {
        free(raw);
        return NULL;
    }
    for (i = 0; i < length; i++)
        raw[i] = (unsigned char)alphabet[raw[i] & (letters - 1)];
    raw[length] = '\0';
    return (char *)raw;
}

/* Names are English ones: this program never calls setlocale(). */
static void time_print(char *out, const char *format, int64_t when)
{
    time_t t = (time_t)when;
    struct tm tm;

    if (gmtime_r(&t, &tm) == NULL ||
        strftime(out, TEXT_TIME_SIZE, format, &tm) == 0)
        out[0] = '\0';
}

void text_time(char out[TEXT_TIME_SIZE], int64_t when)
{
    time_print(out, "%Y-%m-%dT%H:%M:%SZ", when);
}

int text_time_parse(const char *text, int64_t *when)
{
    static const char *const forms[] = {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"};
    size_t i;

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct tm tm = {.tm_mday = 1};
        const char *end = strptime(text, forms[i], &tm);
        char again[TEXT_TIME_SIZE];
        int64_t time;

        if (end == NULL || *end != '\0')
            continue;
        time = (int64_t)timegm(&tm);
        /* Nobody means 3 March by 2026-02-31. */
        time_print(again, forms[i], time);
        if (time <= 0 || strcmp(again, text) != 0)
            return 0;
        *when = time;
        return 1;
    }
    return 0;
}

void text_http_date(char out[TEXT_TIME_SIZE], int64_t when)
{
    time_print(out, "%a, %d %b %Y %H:%M:%S GMT", when);
}

int text_among(const char *text, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(text, *list) == 0)
            return 1;
    return 0;
}

int text_number(const char *text, int64_t low, int64_t high, int64_t *out)
{
    char *end = NULL;
    long long value;

    if (text[0] < '0' || text[0] > '9')
        return 0;
    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < low || value > high)
        return 0;
    *out = value;
    return 1;
}

/* Seconds in a unit, 0 for none such. */
static int64_t unit_seconds(const char *unit)
{
    static const struct {
        char name;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    size_t i;

    if (unit[0] == '\0' || unit[1] != '\0')
        return 0;
    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (units[i].name == unit[0])
            return units[i].seconds;
    return 0;
}

int duration_parse_ms(const char *text, int64_t *milliseconds)
{
    size_t digits = strspn(text, "0123456789");
    const char *unit = text + digits;
    int64_t scale, number;
    char copy[16];

    if (digits == 0 || digits >= sizeof(copy))
        return 0;
    memcpy(copy, text, digits);
    copy[digits] = '\0';
    if (!text_number(copy, 0, LONGEST_SECONDS * 1000, &number))
        return 0;
    if (strcmp(unit, "ms") == 0 || (number == 0 && *unit == '\0'))
        scale = 1;
    else
        scale = unit_seconds(unit) * 1000;
    if (scale == 0 || number > LONGEST_SECONDS * 1000 / scale)
        return 0;
    *milliseconds = number * scale;
    return 1;
}

int duration_parse(const char *text, int64_t *seconds)
{
    size_t length = strlen(text);
    int64_t ms;

    if (length >= 2 && strcmp(text + length - 2, "ms") == 0)
        return 0;
    if (!duration_parse_ms(text, &ms))
        return 0;
    *seconds = ms / 1000;
    return 1;
}

int duration_parse_signed(const char *text, int64_t *seconds)
{
    int negative = text[0] == '-';
    int64_t value;

    if (text[0] == '-' || text[0] == '+')
        text++;
    if (!duration_parse(text, &value))
        return 0;
    *seconds = negative ? -value : value;
    return 1;
}
