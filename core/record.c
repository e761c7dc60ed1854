/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and writes records. Called by everything that touches state or the
 * protocol; does no input or output of its own.
 */
#include "core/record.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define LINES_MAX 256
#define NAME_MAX_ 64
#define VALUE_MAX 16384

#define VERSION_DIGITS 6

struct line {
    char *name;
    char *value;
};

struct enroll_record {
    char *kind;
    size_t count;
    struct line lines[LINES_MAX];
};

struct enroll_record *enroll_record_new(const char *kind)
{
    struct enroll_record *record = OPENSSL_zalloc(sizeof(*record));

    if (record != NULL && (record->kind = OPENSSL_strdup(kind)) == NULL) {
        OPENSSL_free(record);
        record = NULL;
    }
    return record;
}

void enroll_record_free(struct enroll_record *record)
{
    if (record == NULL)
        return;
    for (size_t i = 0; i < record->count; i++) {
        OPENSSL_free(record->lines[i].name);
        OPENSSL_free(record->lines[i].value);
    }
    OPENSSL_free(record->kind);
    OPENSSL_free(record);
}

static int name_ok(const char *name, size_t length)
{
    return length > 0 && length <= NAME_MAX_ &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") >= length;
}

static int append(struct enroll_record *record, const char *name,
                  size_t name_length, const char *value, size_t value_length)
{
    struct line *line = &record->lines[record->count];

    if (record->count == LINES_MAX || !name_ok(name, name_length) ||
        value_length > VALUE_MAX)
        return 0;
    line->name = OPENSSL_strndup(name, name_length);
    line->value = OPENSSL_strndup(value, value_length);
    if (line->name == NULL || line->value == NULL) {
        OPENSSL_free(line->name);
        OPENSSL_free(line->value);
        return 0;
    }
    record->count++;
    return 1;
}

/* The line at *at without its newline, *at moved behind it; 0 at the end. */
static int next_line(const char **at, const char *end, const char **line,
                     size_t *length)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));

    if (newline == NULL)
        return 0;
    *line = *at;
    *length = (size_t)(newline - *at);
    *at = newline + 1;
    return 1;
}

static int version_ok(const char *kind, const char *line, size_t length,
                      const char **why)
{
    size_t kind_length = strlen(kind);

    if (length <= kind_length || strncmp(line, kind, kind_length) != 0 ||
        line[kind_length] != '=') {
        *why = "it does not begin as it should";
        return 0;
    }
    if (length != kind_length + 2 || line[kind_length + 1] != '1') {
        *why = "it was written by another version of this software";
        return 0;
    }
    return 1;
}

unsigned long enroll_record_version(const char *kind, const char *text,
                                    size_t length)
{
    size_t kind_length = strlen(kind);
    char number[VERSION_DIGITS + 1] = "";
    const char *newline = memchr(text, '\n', length), *at = NULL;

    if (newline == NULL || (size_t)(newline - text) <= kind_length ||
        strncmp(text, kind, kind_length) != 0 || text[kind_length] != '=')
        return 0;
    at = text + kind_length + 1;
    if (newline - at > VERSION_DIGITS)
        return 0;
    memcpy(number, at, (size_t)(newline - at));
    return strspn(number, "0123456789") == strlen(number)
               ? strtoul(number, NULL, 10)
               : 0;
}

static int parse_lines(struct enroll_record *record, const char *at,
                       const char *end, const char **why)
{
    const char *line = NULL;
    size_t length = 0;

    while (next_line(&at, end, &line, &length)) {
        const char *equals = memchr(line, '=', length);

        if (length == 3 && strncmp(line, "end", 3) == 0) {
            *why = "something follows its last line";
            return at == end;
        }
        *why = "a line is not name=value, or there are too many";
        if (equals == NULL ||
            !append(record, line, (size_t)(equals - line), equals + 1,
                    (size_t)(line + length - equals) - 1))
            return 0;
    }
    *why = "it is truncated";
    return 0;
}

struct enroll_record *enroll_record_parse(const char *kind, const char *text,
                                          size_t length, const char **why)
{
    struct enroll_record *record = NULL;
    const char *at = text, *end = text + length, *line = NULL;
    size_t line_length = 0;

    if (length > ENROLL_RECORD_MAX || memchr(text, '\0', length) != NULL) {
        *why = "it is too large or not text";
        return NULL;
    }
    if (!next_line(&at, end, &line, &line_length)) {
        *why = "it is empty or truncated";
        return NULL;
    }
    if (!version_ok(kind, line, line_length, why))
        return NULL;
    record = enroll_record_new(kind);
    if (record == NULL) {
        *why = "out of memory";
        return NULL;
    }
    if (!parse_lines(record, at, end, why)) {
        enroll_record_free(record);
        return NULL;
    }
    return record;
}

static const struct line *find(const struct enroll_record *record,
                               const char *name)
{
    for (size_t i = 0; record != NULL && i < record->count; i++)
        if (strcmp(record->lines[i].name, name) == 0)
            return &record->lines[i];
    return NULL;
}

const char *enroll_record_get(const struct enroll_record *record,
                              const char *name)
{
    const struct line *line = find(record, name);

    return line == NULL ? NULL : line->value;
}

int enroll_record_get_long(const struct enroll_record *record, const char *name,
                           long *value)
{
    const char *text = enroll_record_get(record, name);
    char *end = NULL;
    long number;

    if (text == NULL || *text == '\0')
        return 0;
    errno = 0;
    number = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return 0;
    *value = number;
    return 1;
}

int enroll_record_line(const struct enroll_record *record, size_t i,
                       const char **name, const char **value)
{
    if (i >= record->count)
        return 0;
    *name = record->lines[i].name;
    *value = record->lines[i].value;
    return 1;
}

int enroll_record_set(struct enroll_record *record, const char *name,
                      const char *format, ...)
{
    struct line *line = (struct line *)find(record, name);
    char *value = NULL;
    int length, ok = 0;
    va_list args;

    if (record == NULL)
        return 0;
    va_start(args, format);
    length = vasprintf(&value, format, args);
    va_end(args);
    if (length < 0)
        return 0;
    for (int i = 0; i < length; i++)
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
            value[i] = ' ';
    if (line == NULL) {
        ok = append(record, name, strlen(name), value, (size_t)length);
    } else if (length <= VALUE_MAX) {
        char *copy = OPENSSL_strdup(value);

        if (copy != NULL) {
            OPENSSL_free(line->value);
            line->value = copy;
            ok = 1;
        }
    }
    free(value);
    return ok;
}

void enroll_record_remove(struct enroll_record *record, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < record->count; i++) {
        if (strcmp(record->lines[i].name, name) == 0) {
            OPENSSL_free(record->lines[i].name);
            OPENSSL_free(record->lines[i].value);
        } else {
            record->lines[kept++] = record->lines[i];
        }
    }
    record->count = kept;
}

char *enroll_record_text(const struct enroll_record *record, size_t *length)
{
    size_t size = strlen(record->kind) + sizeof("=1\nend\n");
    char *text = NULL, *at = NULL;

    for (size_t i = 0; i < record->count; i++)
        size +=
            strlen(record->lines[i].name) + strlen(record->lines[i].value) + 2;
    if (size > ENROLL_RECORD_MAX || (text = OPENSSL_malloc(size)) == NULL)
        return NULL;
    at = text + sprintf(text, "%s=1\n", record->kind);
    for (size_t i = 0; i < record->count; i++)
        at += sprintf(at, "%s=%s\n", record->lines[i].name,
                      record->lines[i].value);
    at += sprintf(at, "end\n");
    *length = (size_t)(at - text);
    return text;
}
