/* SPDX-License-Identifier: Apache-2.0 */
/* core/record.h: the text format of state and protocol. */
#include "core/record.h"

#include <openssl/crypto.h>

#include "tests/fuzz/fuzz.h"

static const char kind[] = "enroll-facts";

/* Written again it is the same byte by byte. */
static void write_again(const struct enroll_record *record, const uint8_t *data,
                        size_t size)
{
    size_t length = 0;
    char *text = enroll_record_text(record, &length);

    REQUIRE(text != NULL);
    REQUIRE(length == size && memcmp(text, data, size) == 0);
    OPENSSL_free(text);
}

static void change(struct enroll_record *record)
{
    const char *name = NULL, *value = NULL;
    long number = 0;

    for (size_t i = 0; enroll_record_line(record, i, &name, &value); i++) {
        REQUIRE(enroll_record_get(record, name) != NULL);
        enroll_record_get_long(record, name, &number);
    }
    if (enroll_record_set(record, "fuzz", "%s", "a\nb\x7f")) {
        value = enroll_record_get(record, "fuzz");
        REQUIRE(value != NULL && strcmp(value, "a b ") == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *why = NULL;
    struct enroll_record *record =
        enroll_record_parse(kind, (const char *)data, size, &why);

    if (record == NULL) {
        REQUIRE(why != NULL);
        return 0;
    }
    write_again(record, data, size);
    change(record);
    enroll_record_free(record);
    return 0;
}
