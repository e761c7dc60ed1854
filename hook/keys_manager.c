/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of enroll.conf about managers: which stand in for the first, how
 * far their clocks may be off, what they are asked of revocations. Called
 * through the table of keys.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/duration.h"
#include "core/uri.h"
#include "hook/settings.h"

#define FAILOVER_MAX  100
#define TOLERANCE_MAX 3600L
#define CHECK_MIN     60L

int enroll_key_fallback(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    struct enroll_profile *profile = reader->profile;
    const char *at = setting->value;
    char item[ENROLL_ITEM_MAX];

    (void)target;
    while (enroll_key_item(&at, item)) {
        if (!enroll_profile_name_ok(item))
            return enroll_setting_wrong(reader, setting,
                                        "'%.64s' is no name of a manager; "
                                        "write NAME, ... for [manager/NAME]",
                                        item);
        if (profile->fallback_count == ENROLL_FALLBACK_MAX)
            return enroll_setting_wrong(reader, setting,
                                        "more than %d are too many",
                                        ENROLL_FALLBACK_MAX);
        profile->fallback_name[profile->fallback_count] =
            enroll_arena_copy(reader->arena, item);
        if (profile->fallback_name[profile->fallback_count++] == NULL)
            return enroll_setting_no_memory(reader);
    }
    return *at == '\0' && profile->fallback_count > 0
               ? 1
               : enroll_setting_wrong(reader, setting, "names no manager");
}

int enroll_key_failover_after(const struct enroll_reader *reader,
                              const struct enroll_setting *setting,
                              void *target)
{
    char *end = NULL;
    long number = strtol(setting->value, &end, 10);

    if (end == setting->value || *end != '\0' || number < 1 ||
        number > FAILOVER_MAX)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is not a count of failures from "
                                    "1 to %d; write 3",
                                    setting->value, FAILOVER_MAX);
    *(long *)target = number;
    return 1;
}

int enroll_key_clock_tolerance(const struct enroll_reader *reader,
                               const struct enroll_setting *setting,
                               void *target)
{
    return enroll_key_duration(reader, setting, target) &&
           (*(long *)target <= TOLERANCE_MAX ||
            enroll_setting_wrong(reader, setting,
                                 "more than 1h is no tolerance; have this "
                                 "machine's clock set instead"));
}

int enroll_key_revocation_check(const struct enroll_reader *reader,
                                const struct enroll_setting *setting,
                                void *target)
{
    if (strcmp(setting->value, "no") == 0) {
        *(long *)target = 0;
        return 1;
    }
    return enroll_key_duration(reader, setting, target) &&
           (*(long *)target >= CHECK_MIN ||
            enroll_setting_wrong(reader, setting,
                                 "'%.64s' is less than 1m; write 1d, or no",
                                 setting->value));
}

int enroll_key_on_revoked(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target)
{
    static const struct enroll_word words[] = {
        {"renew", 0}, {"hold", 1}, {NULL, 0}};

    return enroll_key_word(reader, setting, words, "one of renew, hold",
                           target);
}
