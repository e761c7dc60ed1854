/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathers the settings that count for a profile: its own section over
 * [default]. Called by config.c; knows no key by name.
 */
#include "core/uri.h"
#include "hook/settings.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define SETTINGS_MAX 128

struct enroll_arena {
    struct enroll_arena *next;
    _Alignas(max_align_t) char data[];
};

struct settings {
    size_t count;
    struct enroll_setting list[SETTINGS_MAX];
};

void *enroll_arena_take(struct enroll_arena **arena, size_t size)
{
    struct enroll_arena *entry = OPENSSL_zalloc(sizeof(*entry) + size);

    if (entry == NULL)
        return NULL;
    entry->next = *arena;
    *arena = entry;
    return entry->data;
}

char *enroll_arena_copy(struct enroll_arena **arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = enroll_arena_take(arena, size);

    return copy == NULL ? NULL : memcpy(copy, text, size);
}

void enroll_arena_free(struct enroll_arena *arena)
{
    while (arena != NULL) {
        struct enroll_arena *next = arena->next;

        OPENSSL_free(arena);
        arena = next;
    }
}

int enroll_setting_wrong(const struct enroll_reader *reader,
                         const struct enroll_setting *setting,
                         const char *format, ...)
{
    char what[ENROLL_LINE_MAX / 2];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return enroll_problem_set(
        reader->problem, ENROLL_CONFIGURATION,
        "%s: %s, section [%s], key '%.64s': %s", reader->profile->name,
        reader->profile->config_path, setting->section, setting->name, what);
}

int enroll_setting_no_memory(const struct enroll_reader *reader)
{
    return enroll_problem_set(reader->problem, ENROLL_INTERNAL,
                              "out of memory");
}

static int has(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->list[i].name, name) == 0)
            return 1;
    return 0;
}

/* The first section added wins. */
static int add_section(CONF *conf, const char *section,
                       struct settings *settings)
{
    STACK_OF(CONF_VALUE) *values = NCONF_get_section(conf, section);

    for (int i = 0; values != NULL && i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);

        if (has(settings, value->name))
            continue;
        if (settings->count == SETTINGS_MAX)
            return 0;
        settings->list[settings->count++] = (struct enroll_setting){
            .section = section, .name = value->name, .value = value->value};
    }
    return 1;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct enroll_setting *)a)->name,
                  ((const struct enroll_setting *)b)->name);
}

/*
 * Over what was digested before and the sorted lines, so that moving a key
 * about changes nothing.
 */
static int digest(const struct settings *settings, const char *before,
                  char hex[ENROLL_SHA256_HEX])
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long length;
    int ok = bio != NULL && BIO_puts(bio, before) >= 0;

    for (size_t i = 0; ok && i < settings->count; i++)
        ok = BIO_printf(bio, "%s=%s\n", settings->list[i].name,
                        settings->list[i].value) > 0;
    if (ok) {
        length = BIO_get_mem_data(bio, &text);
        ok = enroll_sha256_hex(text == NULL ? "" : text, (size_t)length, hex);
    }
    BIO_free(bio);
    return ok;
}

static void set_defaults(struct enroll_profile *profile)
{
    profile->key = "file";
    profile->key_type = ENROLL_RSA_3072;
    profile->key_policy = ENROLL_KEY_REUSE;
    profile->key_max_age = 1095L * 86400;
    profile->key_max_uses = 3;
    profile->overlap = 60;
    profile->keep = 5;
    profile->public_trust = 1;
    profile->max_validity = 460L * 86400;
    profile->renew.percent = 33;
    profile->spread.percent = 5;
    profile->emergency.percent = 5;
    profile->doubt_wait = 3600;
    profile->wait = 300;
    profile->renew_by = ENROLL_RENEW_BY_SIGNER;
    profile->persistent_required = 1;
    profile->max_orders = 2;
    profile->max_orders_period = 30L * 86400;
    profile->tsa_timeout = 30;
    profile->failover_after = 3;
    profile->clock_tolerance = 300;
    profile->revocation_check = 86400;
}

static int apply(const struct enroll_reader *reader, struct settings *settings)
{
    qsort(settings->list, settings->count, sizeof(settings->list[0]), compare);
    for (size_t i = 0; i < settings->count; i++)
        if (!enroll_key_apply(reader, &settings->list[i]))
            return 0;
    return 1;
}

/*
 * The profile with another manager. Nothing of the first one's is left: a key
 * that is forgotten must not send its secret to somebody else.
 */
static void forget_manager(struct enroll_profile *profile)
{
    profile->manager = profile->url = profile->token_url = NULL;
    profile->client_id = profile->client_secret = NULL;
    profile->ca_file = profile->proxy = profile->order_id_field = NULL;
    memset(profile->token_hosts, 0, sizeof(profile->token_hosts));
    memset(profile->custom_fields, 0, sizeof(profile->custom_fields));
    profile->custom_field_count = 0;
    profile->fallback_count = 0;
}

static int no_section(const struct enroll_profile *profile, const char *name,
                      struct enroll_problem *problem)
{
    return enroll_problem_set(
        problem, ENROLL_CONFIGURATION,
        "%s: %s, section [%s], key 'fallback': there is no section "
        "[manager/%.64s]; write one with manager, url, client-id and "
        "client-secret",
        profile->name, profile->config_path, profile->name, name);
}

/* [manager/NAME] over the profile into *copy; *hex becomes the digest of it. */
static int read_manager(CONF *conf, const struct enroll_profile *profile,
                        const char *name, struct enroll_arena **arena,
                        struct enroll_profile *copy, char *hex,
                        struct enroll_problem *problem)
{
    struct enroll_reader reader = {
        .profile = copy, .manager_only = 1, .arena = arena, .problem = problem};
    char section[sizeof("manager/") + ENROLL_PROFILE_MAX];
    struct settings settings = {.count = 0};
    char before[ENROLL_SHA256_HEX];

    snprintf(section, sizeof(section), "manager/%s", name);
    *copy = *profile;
    forget_manager(copy);
    copy->section = enroll_arena_copy(arena, section);
    if (copy->section == NULL)
        return enroll_setting_no_memory(&reader);
    if (NCONF_get_section(conf, section) == NULL)
        return no_section(profile, name, problem);
    strcpy(before, hex);
    return (add_section(conf, copy->section, &settings) ||
            enroll_setting_no_memory(&reader)) &&
           apply(&reader, &settings) && enroll_profile_check(copy, problem) &&
           (digest(&settings, before, hex) ||
            enroll_setting_no_memory(&reader));
}

static int read_managers(CONF *conf, struct enroll_profile *profile,
                         struct enroll_arena **arena,
                         struct enroll_problem *problem)
{
    struct enroll_profile *copies = NULL;
    size_t count = profile->fallback_count;

    if (count == 0)
        return 1;
    copies = enroll_arena_take(arena, count * sizeof(*copies));
    if (copies == NULL)
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    for (size_t i = 0; i < count; i++)
        if (!read_manager(conf, profile, profile->fallback_name[i], arena,
                          &copies[i], profile->config_sha256, problem))
            return 0;
    for (size_t i = 0; i < count; i++) {
        strcpy(copies[i].config_sha256, profile->config_sha256);
        profile->fallback[i] = &copies[i];
    }
    return 1;
}

int enroll_settings_read(CONF *conf, struct enroll_profile *profile,
                         struct enroll_arena **arena,
                         struct enroll_problem *problem)
{
    struct enroll_reader reader = {
        .profile = profile, .arena = arena, .problem = problem};
    struct settings settings = {.count = 0};

    set_defaults(profile);
    if (!add_section(conf, profile->name, &settings) ||
        !add_section(conf, "default", &settings))
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "%s: %s has more than %d settings for it",
                                  profile->name, profile->config_path,
                                  SETTINGS_MAX);
    if (!apply(&reader, &settings))
        return 0;
    if (!digest(&settings, "", profile->config_sha256))
        return enroll_setting_no_memory(&reader);
    return enroll_profile_check(profile, problem) &&
           read_managers(conf, profile, arena, problem);
}
