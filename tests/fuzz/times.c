/* SPDX-License-Identifier: Apache-2.0 */
/* Durations, points in time, and Retry-After. */
#include "core/duration.h"

#include "hook/protocol/http.h"
#include "hook/protocol/instant.h"
#include "hook/protocol/token.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const time_t clocks[] = {0, 1795392000, 4102444800};
    char *text = fuzz_text(data, size);
    char shown[ENROLL_DURATION_TEXT];
    long seconds = -1;
    time_t at = 0;

    if (enroll_duration_parse(text, &seconds)) {
        REQUIRE(seconds >= 0 && seconds <= ENROLL_DURATION_MAX);
        REQUIRE(enroll_duration_text(seconds, shown) == shown);
        REQUIRE(strlen(shown) < sizeof(shown));
    } else {
        REQUIRE(seconds == -1);
    }
    enroll_instant_parse(text, &at);
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        seconds = enroll_retry_after(text, clocks[i]);
        REQUIRE(seconds >= 0 && seconds <= ENROLL_RETRY_AFTER_MAX);
    }
    seconds = enroll_token_lifetime(strtod(text, NULL));
    REQUIRE(seconds > 0 && seconds <= 3600);
    if (size >= sizeof(seconds)) { /* any number may have to be shown */
        memcpy(&seconds, data, sizeof(seconds));
        enroll_duration_text(seconds, shown);
    }
    free(text);
    return 0;
}
