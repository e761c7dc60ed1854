/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a line for a person: a server's words, made harmless, and the name
 * of a setting.
 */
#ifndef ENROLL_HOOK_PROTOCOL_WORDS_H
#define ENROLL_HOOK_PROTOCOL_WORDS_H

#include "hook/profile.h"

#define ENROLL_WORDS_MAX   256
#define ENROLL_SETTING_MAX 512

/*
 * A server's text, cut to ENROLL_WORDS_MAX: what is not UTF-8, or steers a
 * terminal or the direction of writing, becomes '?', line breaks become
 * spaces. text may be NULL.
 */
void enroll_words(const char *text, char words[ENROLL_WORDS_MAX]);

/* "url in [release] of /etc/enroll/enroll.conf" */
void enroll_setting(const struct enroll_profile *profile, const char *key,
                    char setting[ENROLL_SETTING_MAX]);

#endif
