/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is inside a section of enroll.conf. Used by config.c only; everybody
 * else sees hook/profile.h.
 */
#ifndef ENROLL_HOOK_SETTINGS_H
#define ENROLL_HOOK_SETTINGS_H

#include <openssl/conf.h>

#include "hook/profile.h"

/* One `key = value` as it counts for a profile. */
struct enroll_setting {
    const char *section; /* the profile's, or "default" */
    const char *name, *value;
};

/* Strings that live as long as the profile they were made for. */
struct enroll_arena;
void *enroll_arena_take(struct enroll_arena **arena, size_t size);
char *enroll_arena_copy(struct enroll_arena **arena, const char *text);
void enroll_arena_free(struct enroll_arena *arena);

/* Where an error is, and where strings go. */
struct enroll_reader {
    struct enroll_profile *profile;
    int manager_only; /* in a section [manager/NAME] */
    struct enroll_arena **arena;
    struct enroll_problem *problem;
};

/* "PROFILE: FILE, section [S], key 'K': ..." Returns 0. */
int enroll_setting_wrong(const struct enroll_reader *reader,
                         const struct enroll_setting *setting,
                         const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int enroll_setting_no_memory(const struct enroll_reader *reader);

/* Understands one kind of value; target is the member of the profile. */
typedef int enroll_key_fn(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target);

/* keys_value.c */
enroll_key_fn enroll_key_text, enroll_key_path, enroll_key_yes_no,
    enroll_key_duration, enroll_key_positive;

struct enroll_word {
    const char *word;
    int value;
};

/* Which of the words (the last one NULL) it is. */
int enroll_key_word(const struct enroll_reader *reader,
                    const struct enroll_setting *setting,
                    const struct enroll_word *words, const char *expected,
                    int *value);

/* The next item of a comma-separated list into item; 0 at its end. */
#define ENROLL_ITEM_MAX 1024
int enroll_key_item(const char **at, char item[ENROLL_ITEM_MAX]);

/* keys_when.c */
enroll_key_fn enroll_key_renew_by, enroll_key_share, enroll_key_maintenance,
    enroll_key_on_doubt, enroll_key_max_orders;

/* keys_rotation.c */
enroll_key_fn enroll_key_policy, enroll_key_max_uses, enroll_key_keep,
    enroll_key_overlap;

/* keys_url.c */
enroll_key_fn enroll_key_url, enroll_key_proxy, enroll_key_hosts,
    enroll_key_tsa;

/* keys_manager.c */
enroll_key_fn enroll_key_fallback, enroll_key_failover_after,
    enroll_key_clock_tolerance, enroll_key_revocation_check,
    enroll_key_on_revoked;

/* Applies one setting by the table of keys (keys.c). */
int enroll_key_apply(const struct enroll_reader *reader,
                     const struct enroll_setting *setting);

/*
 * Reads [PROFILE] over [default] into *profile, whose name, config_path and
 * state are set, and checks it whole.
 */
int enroll_settings_read(CONF *conf, struct enroll_profile *profile,
                         struct enroll_arena **arena,
                         struct enroll_problem *problem);

/* What settings must not say together (profile.c). */
int enroll_profile_check(const struct enroll_profile *profile,
                         struct enroll_problem *problem);

#endif
