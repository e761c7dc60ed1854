/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of enroll.conf that say when and how often something is ordered.
 * Called through the table of keys.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/duration.h"
#include "hook/lifecycle/budget.h"
#include "hook/lifecycle/maintenance.h"
#include "hook/settings.h"

int enroll_key_renew_by(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    return enroll_renew_by_parse(setting->value, target) ||
           enroll_setting_wrong(reader, setting,
                                "'%.64s' is not one of signer, timer, agent",
                                setting->value);
}

int enroll_key_share(const struct enroll_reader *reader,
                     const struct enroll_setting *setting, void *target)
{
    struct enroll_share share = {.percent = 0};
    char *end = NULL;
    long number = strtol(setting->value, &end, 10);

    if (end != setting->value && strcmp(end, "%") == 0) {
        if (number < 1 || number > 90)
            return enroll_setting_wrong(
                reader, setting, "%ld%% is not between 1%% and 90%%", number);
        share.percent = (int)number;
    } else if (!enroll_duration_parse(setting->value, &share.seconds) ||
               share.seconds == 0) {
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is neither a percentage nor a "
                                    "duration of more than 0; write one as in "
                                    "33%% or 30d",
                                    setting->value);
    }
    *(struct enroll_share *)target = share;
    return 1;
}

int enroll_key_maintenance(const struct enroll_reader *reader,
                           const struct enroll_setting *setting, void *target)
{
    char why[ENROLL_MAINTENANCE_WHY];
    struct enroll_maintenance *maintenance =
        enroll_arena_take(reader->arena, sizeof(*maintenance));

    if (maintenance == NULL)
        return enroll_setting_no_memory(reader);
    if (!enroll_maintenance_parse(setting->value, maintenance, why))
        return enroll_setting_wrong(reader, setting, "%s", why);
    *(const struct enroll_maintenance **)target = maintenance;
    return 1;
}

int enroll_key_on_doubt(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    static const struct enroll_word words[] = {
        {"hold", 1}, {"reorder", 0}, {NULL, 0}};

    return enroll_key_word(reader, setting, words, "one of reorder, hold",
                           target);
}

int enroll_key_max_orders(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target)
{
    char *end = NULL;
    long number = strtol(setting->value, &end, 10), period = 0;

    (void)target;
    if (end == setting->value || *end != '/' || number < 1 ||
        number > ENROLL_ORDERS_MAX ||
        !enroll_duration_parse(end + 1, &period) || period == 0)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is not COUNT/DURATION with a "
                                    "count of 1 to %d; write 2/30d",
                                    setting->value, ENROLL_ORDERS_MAX);
    reader->profile->max_orders = number;
    reader->profile->max_orders_period = period;
    return 1;
}
