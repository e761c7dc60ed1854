/* SPDX-License-Identifier: Apache-2.0 */
/* Durations as people write them, and as we write them. */
#include "core/duration.h"

#include "tests/unit/check.h"

static void reads(const char *text, long expected)
{
    long seconds = -1;

    CHECK(enroll_duration_parse(text, &seconds));
    CHECK(seconds == expected);
}

static void refuses(const char *text)
{
    long seconds = 42;

    CHECK(!enroll_duration_parse(text, &seconds));
    CHECK(seconds == 42);
}

int main(void)
{
    static const char *const bad[] = {
        "",     "d",   "3",    "-3d",
        "3 d",  "3dd", "3d4h", "99999999999999999999d",
        "1e3s", " 3d", "+3d",  "9999999w",
    };
    char text[ENROLL_DURATION_TEXT];

    reads("0", 0);
    reads("0s", 0);
    reads("90s", 90);
    reads("5m", 300);
    reads("12h", 43200);
    reads("3d", 259200);
    reads("2w", 1209600);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        refuses(bad[i]);
    refuses(NULL);

    CHECK_STRING(enroll_duration_text(0, text), "0s");
    CHECK_STRING(enroll_duration_text(-5, text), "0s");
    CHECK_STRING(enroll_duration_text(59, text), "59s");
    CHECK_STRING(enroll_duration_text(3600, text), "1h");
    CHECK_STRING(enroll_duration_text(3661, text), "1h 1m");
    CHECK_STRING(enroll_duration_text(86400 * 20 + 7200, text), "20d 2h");
    CHECK_STRING(enroll_duration_text(86400 + 5, text), "1d");
    return CHECK_DONE();
}
