/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads WWW-Authenticate; no library does. Called by token.c, which decides
 * whether the address may be used: nothing found here is trusted.
 */
#include "hook/protocol/challenge.h"

#include <string.h>
#include <strings.h>

struct cursor {
    const char *at, *end;
};

static int is_one_of(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static void skip(struct cursor *cursor, const char *set)
{
    while (cursor->at < cursor->end && is_one_of(set, *cursor->at))
        cursor->at++;
}

static size_t span_until(const struct cursor *cursor, const char *set)
{
    const char *at = cursor->at;

    while (at < cursor->end && !is_one_of(set, *at))
        at++;
    return (size_t)(at - cursor->at);
}

/* Where text goes as long as it fits. */
struct out {
    char *text;
    size_t size, used;
    int fits;
};

static void put(struct out *out, char c)
{
    if (out->used + 1 < out->size)
        out->text[out->used++] = c;
    else
        out->fits = 0;
    out->text[out->used] = '\0';
}

/* A quoted-string or a token, behind the "=". */
static void take_value(struct cursor *cursor, struct out *out)
{
    int quoted = cursor->at < cursor->end && *cursor->at == '"';

    if (quoted)
        cursor->at++;
    while (cursor->at < cursor->end) {
        char c = *cursor->at;

        if (quoted ? c == '"' : is_one_of(" \t,", c))
            break;
        if (quoted && c == '\\' && cursor->at + 1 < cursor->end)
            c = *++cursor->at;
        put(out, c);
        cursor->at++;
    }
    if (quoted && cursor->at < cursor->end)
        cursor->at++;
}

static int begins_url(const struct cursor *cursor)
{
    size_t left = (size_t)(cursor->end - cursor->at);

    return (left > 8 && strncasecmp(cursor->at, "https://", 8) == 0) ||
           (left > 7 && strncasecmp(cursor->at, "http://", 7) == 0);
}

/*
 * One scheme, or one parameter with its value. Leaves in url what was wanted;
 * 0 once there is nothing more to read.
 */
static int take_element(struct cursor *cursor, struct out *url)
{
    static const char wanted[] = "authorization_uri";
    struct out nothing = {.text = (char[1]){""}, .size = 1};
    const char *name = NULL;
    size_t length = 0;

    skip(cursor, " \t,");
    if (begins_url(cursor)) {
        take_value(cursor, url);
        return 0;
    }
    name = cursor->at;
    length = span_until(cursor, " \t,=\"");
    cursor->at += length;
    skip(cursor, " \t");
    if (cursor->at == cursor->end)
        return 0;
    if (*cursor->at != '=')
        return length > 0; /* a scheme; 0: a quote out of place */
    cursor->at++;
    skip(cursor, " \t");
    if (length == strlen(wanted) && strncasecmp(name, wanted, length) == 0) {
        take_value(cursor, url);
        return 0;
    }
    take_value(cursor, &nothing);
    return 1;
}

int enroll_challenge_token_url(const char *value, size_t length, char *url,
                               size_t size)
{
    struct cursor cursor = {value, value + length};
    struct out out = {.text = url, .size = size, .fits = 1};

    url[0] = '\0';
    while (take_element(&cursor, &out))
        ;
    if (!out.fits)
        url[0] = '\0';
    return url[0] != '\0';
}
