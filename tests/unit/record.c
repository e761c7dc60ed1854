/* SPDX-License-Identifier: Apache-2.0 */
/* The text format of state and protocol: what is whole, and what is not. */
#include "core/record.h"

#include <openssl/crypto.h>

#include "tests/unit/check.h"

static void refuses(const char *text, const char *reason)
{
    const char *why = NULL;
    struct enroll_record *record =
        enroll_record_parse("enroll-facts", text, strlen(text), &why);

    CHECK(record == NULL);
    CHECK(why != NULL && strstr(why, reason) != NULL);
    enroll_record_free(record);
}

static void round_trip(void)
{
    struct enroll_record *record = enroll_record_new("enroll-facts");
    struct enroll_record *again = NULL;
    const char *why = NULL;
    size_t length = 0;
    long number = 0;
    char *text = NULL;

    CHECK(enroll_record_set(record, "not-after", "%d", 17));
    CHECK(enroll_record_set(record, "line", "two\nlines = one"));
    CHECK(enroll_record_set(record, "empty", "%s", ""));
    CHECK(enroll_record_set(record, "not-after", "%d", 18));
    CHECK(!enroll_record_set(record, "Bad Name", "x"));
    text = enroll_record_text(record, &length);
    CHECK_STRING(text, "enroll-facts=1\nnot-after=18\n"
                       "line=two lines = one\nempty=\nend\n");
    again = enroll_record_parse("enroll-facts", text, length, &why);
    CHECK(again != NULL);
    CHECK(enroll_record_get_long(again, "not-after", &number));
    CHECK(number == 18);
    CHECK(!enroll_record_get_long(again, "empty", &number));
    CHECK(!enroll_record_get_long(again, "line", &number));
    CHECK_STRING(enroll_record_get(again, "line"), "two lines = one");
    CHECK(enroll_record_get(again, "absent") == NULL);
    enroll_record_free(again);
    enroll_record_free(record);
    OPENSSL_free(text);
}

/* Every proper prefix of a record is refused. */
static void truncation(void)
{
    static const char whole[] = "enroll-facts=1\na=1\nb=end\nend\n";

    for (size_t length = 0; length < sizeof(whole) - 1; length++) {
        const char *why = NULL;

        CHECK(enroll_record_parse("enroll-facts", whole, length, &why) == NULL);
        CHECK(why != NULL);
    }
}

static void limits(void)
{
    struct enroll_record *record = enroll_record_new("enroll-facts");
    char name[16];
    int i = 0;

    while (i < 1000) {
        snprintf(name, sizeof(name), "n%d", i);
        if (!enroll_record_set(record, name, "v"))
            break;
        i++;
    }
    CHECK(i == 256);
    enroll_record_free(record);
    CHECK(!enroll_record_set(NULL, "a", "no memory for a record"));
}

static unsigned long version_of(const char *text)
{
    return enroll_record_version("enroll-facts", text, strlen(text));
}

static void versions(void)
{
    CHECK(version_of("enroll-facts=1\nend\n") == 1);
    CHECK(version_of("enroll-facts=2\nwhatever comes") == 2);
    CHECK(version_of("enroll-facts=123456\n") == 123456);
    CHECK(version_of("enroll-facts=1234567\n") == 0);
    CHECK(version_of("enroll-facts=\n") == 0);
    CHECK(version_of("enroll-facts=x\n") == 0);
    CHECK(version_of("enroll-facts=-2\n") == 0);
    CHECK(version_of("enroll-facts=2") == 0);
    CHECK(version_of("enroll-fact=2\n") == 0);
    CHECK(version_of("enroll\n") == 0);
    CHECK(version_of("") == 0);
}

static void removal(void)
{
    struct enroll_record *record = enroll_record_new("enroll-facts");
    const char *name = NULL, *value = NULL;

    CHECK(enroll_record_set(record, "a", "1"));
    CHECK(enroll_record_set(record, "b", "2"));
    CHECK(enroll_record_set(record, "c", "3"));
    enroll_record_remove(record, "b");
    enroll_record_remove(record, "d");
    CHECK(enroll_record_get(record, "b") == NULL);
    CHECK(enroll_record_line(record, 1, &name, &value));
    CHECK_STRING(name, "c");
    CHECK(!enroll_record_line(record, 2, &name, &value));
    enroll_record_free(record);
}

int main(void)
{
    round_trip();
    truncation();
    limits();
    versions();
    removal();
    refuses("enroll-verdict=1\nend\n", "begin");
    refuses("enroll-facts=2\nend\n", "another version");
    refuses("enroll-facts=1\nno equals\nend\n", "name=value");
    refuses("enroll-facts=1\n=x\nend\n", "name=value");
    refuses("enroll-facts=1\nA=x\nend\n", "name=value");
    refuses("enroll-facts=1\nend\nmore=1\n", "follows");
    return CHECK_DONE();
}
