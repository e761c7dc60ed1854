/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of value that several keys of enroll.conf have. Called through the
 * table of keys.c, and by the keys that need a word of a few.
 */
#include <ctype.h>
#include <string.h>

#include "core/duration.h"
#include "hook/settings.h"

int enroll_key_text(const struct enroll_reader *reader,
                    const struct enroll_setting *setting, void *target)
{
    if (*setting->value == '\0')
        return enroll_setting_wrong(reader, setting,
                                    "has no value; give one or remove it");
    *(const char **)target = setting->value;
    return 1;
}

int enroll_key_path(const struct enroll_reader *reader,
                    const struct enroll_setting *setting, void *target)
{
    if (setting->value[0] != '/')
        return enroll_setting_wrong(reader, setting,
                                    "'%.200s' is not an absolute path; write "
                                    "it from the root, beginning with /",
                                    setting->value);
    return enroll_key_text(reader, setting, target);
}

int enroll_key_yes_no(const struct enroll_reader *reader,
                      const struct enroll_setting *setting, void *target)
{
    int yes = strcmp(setting->value, "yes") == 0;

    if (!yes && strcmp(setting->value, "no") != 0)
        return enroll_setting_wrong(
            reader, setting, "'%.64s' is neither yes nor no", setting->value);
    *(int *)target = yes;
    return 1;
}

int enroll_key_duration(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    if (!enroll_duration_parse(setting->value, target))
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is not a duration; write a "
                                    "number and one of s m h d w, as in 30d",
                                    setting->value);
    return 1;
}

int enroll_key_positive(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    if (!enroll_key_duration(reader, setting, target))
        return 0;
    return *(long *)target > 0 ||
           enroll_setting_wrong(reader, setting, "must be more than 0");
}

int enroll_key_word(const struct enroll_reader *reader,
                    const struct enroll_setting *setting,
                    const struct enroll_word *words, const char *expected,
                    int *value)
{
    for (; words->word != NULL; words++) {
        if (strcmp(words->word, setting->value) == 0) {
            *value = words->value;
            return 1;
        }
    }
    return enroll_setting_wrong(reader, setting, "'%.64s' is not %s",
                                setting->value, expected);
}

int enroll_key_item(const char **at, char item[ENROLL_ITEM_MAX])
{
    size_t length;

    while (**at == ',' || isspace((unsigned char)**at))
        (*at)++;
    length = strcspn(*at, ",");
    if (length == 0 || length >= ENROLL_ITEM_MAX)
        return 0;
    memcpy(item, *at, length);
    *at += length;
    while (length > 0 && isspace((unsigned char)item[length - 1]))
        length--;
    item[length] = '\0';
    return 1;
}
