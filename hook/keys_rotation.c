/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of enroll.conf that say how long a private key serves, how a new
 * one is published and how many generations stay. Called through the table of
 * keys.c.
 */
#include <stdlib.h>

#include "hook/settings.h"

#define USES_MAX    1000
#define KEEP_MIN    2 /* the current one, and one to go back to */
#define KEEP_MAX    64
#define OVERLAP_MAX 3600L /* the lock is held for two, at worst */

int enroll_key_policy(const struct enroll_reader *reader,
                      const struct enroll_setting *setting, void *target)
{
    static const struct enroll_word words[] = {
        {"reuse", ENROLL_KEY_REUSE},
        {"rotate", ENROLL_KEY_ROTATE},
        {"max-age", ENROLL_KEY_MAX_AGE},
        {"max-uses", ENROLL_KEY_MAX_USES},
        {NULL, 0}};
    int value = 0;

    if (!enroll_key_word(reader, setting, words,
                         "one of reuse, rotate, max-age, max-uses", &value))
        return 0;
    *(enum enroll_key_policy *)target = (enum enroll_key_policy)value;
    return 1;
}

static int count(const struct enroll_reader *reader,
                 const struct enroll_setting *setting, long least, long most,
                 long *target)
{
    char *end = NULL;
    long number = strtol(setting->value, &end, 10);

    if (end == setting->value || *end != '\0' || number < least ||
        number > most)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is not a number from %ld to %ld",
                                    setting->value, least, most);
    *target = number;
    return 1;
}

int enroll_key_max_uses(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    return count(reader, setting, 1, USES_MAX, target);
}

int enroll_key_keep(const struct enroll_reader *reader,
                    const struct enroll_setting *setting, void *target)
{
    return count(reader, setting, KEEP_MIN, KEEP_MAX, target);
}

int enroll_key_overlap(const struct enroll_reader *reader,
                       const struct enroll_setting *setting, void *target)
{
    long overlap = 0;

    if (!enroll_key_duration(reader, setting, &overlap))
        return 0;
    if (overlap < 1 || overlap > OVERLAP_MAX)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is not between 1s and 1h: it is "
                                    "the longest that a tool takes from "
                                    "reading a certificate to reading its key",
                                    setting->value);
    *(long *)target = overlap;
    return 1;
}
