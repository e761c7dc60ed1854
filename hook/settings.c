/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathers the settings that count for a profile: its own section over
 * [default]. Called by config.c; knows no key by name.
 */
#include "hook/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define SETTINGS_MAX 128

struct enroll_arena {
    struct enroll_arena *next;
    char text[];
};

struct settings {
    size_t count;
    struct enroll_setting list[SETTINGS_MAX];
};

char *enroll_arena_copy(struct enroll_arena **arena, const char *text)
{
    size_t size = strlen(text) + 1;
    struct enroll_arena *entry = OPENSSL_malloc(sizeof(*entry) + size);

    if (entry == NULL)
        return NULL;
    memcpy(entry->text, text, size);
    entry->next = *arena;
    *arena = entry;
    return entry->text;
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

/* Over the sorted lines, so that moving a key about changes nothing. */
static int digest(const struct settings *settings, char hex[ENROLL_SHA256_HEX])
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long length;
    int ok = bio != NULL;

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
    profile->public_trust = 1;
    profile->max_validity = 460L * 86400;
    profile->renew_percent = 33;
    profile->wait = 300;
    profile->renew_by = ENROLL_RENEW_BY_SIGNER;
    profile->persistent_required = 1;
    profile->max_orders = 2;
    profile->max_orders_period = 30L * 86400;
    profile->tsa_timeout = 30;
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
    qsort(settings.list, settings.count, sizeof(settings.list[0]), compare);
    for (size_t i = 0; i < settings.count; i++)
        if (!enroll_key_apply(&reader, &settings.list[i]))
            return 0;
    if (!digest(&settings, profile->config_sha256))
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    return enroll_profile_check(profile, problem);
}
