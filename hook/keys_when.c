/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of enroll.conf that say when and how often something is ordered.
 * Called through the table of keys.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/duration.h"
#include "hook/lifecycle/budget.h"
#include "hook/settings.h"

int enroll_key_renew_by(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    return enroll_renew_by_parse(setting->value, target) ||
           enroll_setting_wrong(reader, setting,
                                "'%.64s' is not one of signer, timer, agent",
                                setting->value);
}

int enroll_key_renew(const struct enroll_reader *reader,
                     const struct enroll_setting *setting, void *target)
{
    char *end = NULL;
    long number = strtol(setting->value, &end, 10);

    (void)target;
    if (end != setting->value && strcmp(end, "%") == 0) {
        if (number < 1 || number > 90)
            return enroll_setting_wrong(
                reader, setting, "%ld%% is not between 1%% and 90%%", number);
        reader->profile->renew_percent = (int)number;
        return 1;
    }
    if (!enroll_duration_parse(setting->value,
                               &reader->profile->renew_before) ||
        reader->profile->renew_before == 0)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is neither a percentage of the "
                                    "lifetime nor a duration; write 33%% or "
                                    "30d",
                                    setting->value);
    reader->profile->renew_percent = 0;
    return 1;
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
