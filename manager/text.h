/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text, durations, times and random strings: what several parts of the
 * manager need and libc does not offer in this form.
 */
#ifndef MANAGER_TEXT_H
#define MANAGER_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* One line on stderr, with the program's name in front. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new string, to be freed; NULL when memory is short. */
char *text_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Bytes as lower-case hexadecimal in a new string, or NULL. */
char *text_hex(const unsigned char *data, size_t length);

/*
 * A random string of `length` characters out of `alphabet`, which must have a
 * power of two of them so that each is as likely. NULL if no randomness.
 */
char *text_random(const char *alphabet, size_t length);

/* 2026-11-22T14:59:25Z. */
#define TEXT_TIME_SIZE 32
void text_time(char out[TEXT_TIME_SIZE], int64_t when);

/* Reads that, or 2026-11-22 (its first second, UTC). Returns 1 or 0. */
int text_time_parse(const char *text, int64_t *when);

/* Sun, 22 Nov 2026 14:59:25 GMT, for HTTP. */
void text_http_date(char out[TEXT_TIME_SIZE], int64_t when);

/* Is it one of the list, which ends with NULL? */
int text_among(const char *text, const char *const *list);

/* A whole decimal number between low and high. Returns 1 or 0. */
int text_number(const char *text, int64_t low, int64_t high, int64_t *out);

/*
 * Durations: a number and a unit of `s m h d w`; 0 needs no unit. Returns 1
 * and the seconds, or 0 with *out untouched.
 */
int duration_parse(const char *text, int64_t *seconds);

/* The same with `ms` too, in milliseconds. */
int duration_parse_ms(const char *text, int64_t *milliseconds);

/* A duration with an optional sign, in seconds. */
int duration_parse_signed(const char *text, int64_t *seconds);

#endif
