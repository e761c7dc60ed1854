/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes text fit for one line on a terminal or in a log. Called by whatever
 * shows something a server has sent.
 */
#include "hook/protocol/words.h"

#include <stdio.h>
#include <string.h>

#include <openssl/asn1.h>

static int harmless(unsigned long c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        return 0; /* C0, DEL, C1 */
    if ((c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
        (c >= 0x2060 && c <= 0x206f) || c == 0xfeff)
        return 0; /* invisible, or turns the direction of writing */
    return 1;
}

void enroll_words(const char *text, char words[ENROLL_WORDS_MAX])
{
    const unsigned char *from = (const unsigned char *)text;
    size_t left = text == NULL ? 0 : strnlen(text, (size_t)ENROLL_WORDS_MAX);
    size_t used = 0;

    while (left > 0) {
        unsigned long c = 0;
        int bytes = UTF8_getc(from, (int)left, &c);
        size_t size = bytes > 0 ? (size_t)bytes : 1;

        if (used + size >= ENROLL_WORDS_MAX)
            break;
        if (bytes > 0 && harmless(c))
            memcpy(words + used, from, size);
        else
            words[used] = *from == '\n' || *from == '\t' ? ' ' : '?';
        used += bytes > 0 && harmless(c) ? size : 1;
        from += size;
        left -= size;
    }
    while (used > 0 && words[used - 1] == ' ')
        used--;
    words[used] = '\0';
}

void enroll_setting(const struct enroll_profile *profile, const char *key,
                    char setting[ENROLL_SETTING_MAX])
{
    snprintf(setting, ENROLL_SETTING_MAX, "%s in [%s] of %s", key,
             enroll_profile_section(profile),
             profile->config_path == NULL ? "enroll.conf"
                                          : profile->config_path);
}
