/* SPDX-License-Identifier: Apache-2.0 */
/* hook/lifecycle/maintenance.h: windows as people write them. */
#include "hook/lifecycle/maintenance.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const time_t clocks[] = {0, 1795392000, 1803260000, 4102444800};
    struct enroll_maintenance windows;
    char why[ENROLL_MAINTENANCE_WHY] = "", *text = fuzz_text(data, size);

    if (enroll_maintenance_parse(text, &windows, why)) {
        REQUIRE(windows.count <= ENROLL_MAINTENANCE_MAX);
        for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
            time_t next = enroll_maintenance_next(&windows, clocks[i]);

            REQUIRE(next == 0 || next >= clocks[i]);
            /* It is open when it opens. */
            REQUIRE(next == 0 ||
                    enroll_maintenance_next(&windows, next) == next);
        }
    } else {
        REQUIRE(why[0] != '\0' && strlen(why) < sizeof(why));
    }
    free(text);
    return 0;
}
