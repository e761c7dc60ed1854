/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share: one file per reader of what others wrote, each
 * with libFuzzer's one function. A target asks for more than the absence of
 * crashes: REQUIRE states what a reader promises in its header.
 */
#ifndef ENROLL_TESTS_FUZZ_H
#define ENROLL_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                     \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, \
                    #condition);                                               \
            abort();                                                           \
        }                                                                      \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy with a NUL behind it and nothing further, so that reading on shows. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    REQUIRE(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* A line for people has no control characters. */
static inline int fuzz_is_line(const char *line)
{
    for (; *line != '\0'; line++)
        if ((unsigned char)*line < 0x20 || *line == 0x7f)
            return 0;
    return 1;
}

#endif
