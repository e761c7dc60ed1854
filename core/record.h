/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one text format of state files and of the protocol between provider and
 * hook: a first line `KIND=VERSION`, lines `name=value`, a last line `end`.
 *
 *   enroll-facts=1
 *   not-after=1795392000
 *   end
 *
 * A text without its last line is truncated and refused. Names have 1 to 64 of
 * [a-z0-9.-]; unknown names are the reader's to ignore. Values are any bytes
 * but newline and NUL, at most 16 KiB; 64 KiB and 256 lines in all.
 */
#ifndef ENROLL_CORE_RECORD_H
#define ENROLL_CORE_RECORD_H

#include <stddef.h>
#include <time.h>

#define ENROLL_RECORD_MAX     65536
#define ENROLL_RECORD_VERSION 1

struct enroll_record;

/* An empty record of that kind and version 1, or NULL (out of memory). */
struct enroll_record *enroll_record_new(const char *kind);
void enroll_record_free(struct enroll_record *record);

/*
 * The record in text, or NULL with *why (a static string): not of this kind,
 * of another version, truncated, too large, malformed.
 */
struct enroll_record *enroll_record_parse(const char *kind, const char *text,
                                          size_t length, const char **why);

/*
 * The version that a text of this kind says it is of, whatever it holds beyond
 * its first line; 0: it is not of this kind, or no number.
 */
unsigned long enroll_record_version(const char *kind, const char *text,
                                    size_t length);

/* The first value of name, or NULL; owned by the record. */
const char *enroll_record_get(const struct enroll_record *record,
                              const char *name);
/* The same as a number; 1, or 0 with *value untouched. */
int enroll_record_get_long(const struct enroll_record *record, const char *name,
                           long *value);

/* The i-th line, for readers that want all; 0 past the last. */
int enroll_record_line(const struct enroll_record *record, size_t i,
                       const char **name, const char **value);

/*
 * Sets (replacing) name; control characters become spaces. 1, or 0, also for
 * no record at all: enroll_record_new may go unchecked up to here.
 */
int enroll_record_set(struct enroll_record *record, const char *name,
                      const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Removes every line of that name. */
void enroll_record_remove(struct enroll_record *record, const char *name);

/* The text, NUL-terminated (OPENSSL_free), length without NUL; or NULL. */
char *enroll_record_text(const struct enroll_record *record, size_t *length);

#endif
