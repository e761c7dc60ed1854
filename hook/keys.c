/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of enroll.conf: one line each in the table below. Called by
 * settings.c for every setting of a profile; each function here understands
 * one kind of value and says what would be right when it is not.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "core/duration.h"
#include "hook/custody/custody.h"
#include "hook/lifecycle/budget.h"
#include "hook/protocol/protocol.h"
#include "hook/secret.h"
#include "hook/settings.h"
#include "hook/subject.h"

static int apply_text(const struct enroll_reader *reader,
                      const struct enroll_setting *setting, void *target)
{
    if (*setting->value == '\0')
        return enroll_setting_wrong(reader, setting,
                                    "has no value; give one or remove it");
    *(const char **)target = setting->value;
    return 1;
}

static int apply_path(const struct enroll_reader *reader,
                      const struct enroll_setting *setting, void *target)
{
    if (setting->value[0] != '/')
        return enroll_setting_wrong(reader, setting,
                                    "'%.200s' is not an absolute path; write "
                                    "it from the root, beginning with /",
                                    setting->value);
    return apply_text(reader, setting, target);
}

static int apply_yes_no(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    int yes = strcmp(setting->value, "yes") == 0;

    if (!yes && strcmp(setting->value, "no") != 0)
        return enroll_setting_wrong(
            reader, setting, "'%.64s' is neither yes nor no", setting->value);
    *(int *)target = yes;
    return 1;
}

static int apply_duration(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target)
{
    if (!enroll_duration_parse(setting->value, target))
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is not a duration; write a "
                                    "number and one of s m h d w, as in 30d",
                                    setting->value);
    return 1;
}

static int apply_positive(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target)
{
    if (!apply_duration(reader, setting, target))
        return 0;
    return *(long *)target > 0 ||
           enroll_setting_wrong(reader, setting, "must be more than 0");
}

static int apply_manager(const struct enroll_reader *reader,
                         const struct enroll_setting *setting, void *target)
{
    if (enroll_protocol_find(setting->value) == NULL)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is no manager known here; write "
                                    "scm",
                                    setting->value);
    return apply_text(reader, setting, target);
}

static int secret_reference_ok(const char *value)
{
    char *end = NULL;

    if (strncmp(value, "file:", 5) == 0)
        return value[5] == '/';
    if (strncmp(value, "credential:", 11) == 0)
        return value[11] != '\0' && strchr(value + 11, '/') == NULL;
    if (strncmp(value, "env:", 4) == 0)
        return strncmp(value + 4, "ENROLL_SECRET_", 14) == 0;
    if (strncmp(value, "fd:", 3) != 0 || !isdigit((unsigned char)value[3]))
        return 0;
    return strtol(value + 3, &end, 10) < 1024 && *end == '\0';
}

/* The value is not shown: somebody may have written the secret itself. */
static int apply_secret(const struct enroll_reader *reader,
                        const struct enroll_setting *setting, void *target)
{
    if (!secret_reference_ok(setting->value))
        return enroll_setting_wrong(
            reader, setting,
            "is not a reference to a secret; write file:/PATH, "
            "credential:NAME, env:ENROLL_SECRET_NAME or fd:NUMBER");
    return apply_text(reader, setting, target);
}

static int apply_email(const struct enroll_reader *reader,
                       const struct enroll_setting *setting, void *target)
{
    const char *at = strchr(setting->value, '@');

    if (at == NULL || at == setting->value || at[1] == '\0' ||
        strchr(setting->value, ' ') != NULL)
        return enroll_setting_wrong(reader, setting,
                                    "'%.200s' is not an e-mail address",
                                    setting->value);
    return apply_text(reader, setting, target);
}

static int apply_custody(const struct enroll_reader *reader,
                         const struct enroll_setting *setting, void *target)
{
    if (enroll_custody_find(setting->value) == NULL)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is no place for a key known "
                                    "here; write file",
                                    setting->value);
    return apply_text(reader, setting, target);
}

struct word {
    const char *word;
    int value;
};

/* Which of the words (the last one NULL) it is. */
static int apply_word(const struct enroll_reader *reader,
                      const struct enroll_setting *setting,
                      const struct word *words, const char *expected,
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

static int apply_key_type(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target)
{
    static const struct word words[] = {{"rsa:3072", ENROLL_RSA_3072},
                                        {"rsa:4096", ENROLL_RSA_4096},
                                        {"ec:P-256", ENROLL_EC_P256},
                                        {"ec:P-384", ENROLL_EC_P384},
                                        {NULL, 0}};
    int value = 0;

    if (!apply_word(reader, setting, words,
                    "one of rsa:3072, rsa:4096, ec:P-256, ec:P-384", &value))
        return 0;
    *(enum enroll_key_type *)target = (enum enroll_key_type)value;
    return 1;
}

static int apply_key_policy(const struct enroll_reader *reader,
                            const struct enroll_setting *setting, void *target)
{
    static const struct word words[] = {
        {"reuse", ENROLL_KEY_REUSE}, {"rotate", ENROLL_KEY_ROTATE}, {NULL, 0}};
    int value = 0;

    if (!apply_word(reader, setting, words, "one of reuse, rotate", &value))
        return 0;
    *(enum enroll_key_policy *)target = (enum enroll_key_policy)value;
    return 1;
}

static int apply_trust(const struct enroll_reader *reader,
                       const struct enroll_setting *setting, void *target)
{
    static const struct word words[] = {
        {"public", 1}, {"private", 0}, {NULL, 0}};

    return apply_word(reader, setting, words, "one of public, private", target);
}

static int apply_persistent(const struct enroll_reader *reader,
                            const struct enroll_setting *setting, void *target)
{
    static const struct word words[] = {{"required", 1}, {"no", 0}, {NULL, 0}};

    return apply_word(reader, setting, words, "one of required, no", target);
}

static int apply_renew_by(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target)
{
    return enroll_renew_by_parse(setting->value, target) ||
           enroll_setting_wrong(reader, setting,
                                "'%.64s' is not one of signer, timer, agent",
                                setting->value);
}

static int apply_renew(const struct enroll_reader *reader,
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

static int apply_max_orders(const struct enroll_reader *reader,
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

static int apply_subject(const struct enroll_reader *reader,
                         const struct enroll_setting *setting, void *target)
{
    X509_NAME *name = enroll_subject_parse(setting->value);

    if (name == NULL)
        return enroll_setting_wrong(reader, setting,
                                    "'%.200s' is not a subject; write "
                                    "ATTRIBUTE=VALUE,... as in O=Example "
                                    "AG,C=DE",
                                    setting->value);
    X509_NAME_free(name);
    return apply_text(reader, setting, target);
}

/* A name may have spaces, which CONF has not: %20. */
static int apply_custom_field(const struct enroll_reader *reader,
                              const struct enroll_setting *setting,
                              const char *name)
{
    struct enroll_profile *profile = reader->profile;
    char *plain = curl_easy_unescape(NULL, name, 0, NULL), *copy = NULL;

    if (plain != NULL)
        copy = enroll_arena_copy(reader->arena, plain);
    curl_free(plain);
    if (copy == NULL)
        return enroll_setting_no_memory(reader);
    if (*copy == '\0')
        return enroll_setting_wrong(reader, setting,
                                    "names no field; write custom-field.NAME");
    if (profile->custom_field_count == ENROLL_CUSTOM_FIELD_MAX)
        return enroll_setting_wrong(reader, setting,
                                    "more than %d custom fields are too many",
                                    ENROLL_CUSTOM_FIELD_MAX);
    profile->custom_fields[profile->custom_field_count++] =
        (struct enroll_custom_field){.name = copy, .value = setting->value};
    return 1;
}

#define AT(member) offsetof(struct enroll_profile, member)

static const struct key {
    const char *name;
    enroll_key_fn *apply;
    size_t offset;
} keys[] = {
    {"allow-software-key", apply_yes_no, AT(allow_software_key)},
    {"anchor", apply_path, AT(anchor)},
    {"ca-file", apply_path, AT(ca_file)},
    {"client-id", apply_text, AT(client_id)},
    {"client-secret", apply_secret, AT(client_secret)},
    {"email", apply_email, AT(email)},
    {"first-name", apply_text, AT(first_name)},
    {"key", apply_custody, AT(key)},
    {"key-group", apply_text, AT(key_group)},
    {"key-policy", apply_key_policy, AT(key_policy)},
    {"key-type", apply_key_type, AT(key_type)},
    {"last-name", apply_text, AT(last_name)},
    {"manager", apply_manager, AT(manager)},
    {"max-orders", apply_max_orders, 0},
    {"max-validity", apply_positive, AT(max_validity)},
    {"min-remaining", apply_duration, AT(min_remaining)},
    {"order-id-field", apply_text, AT(order_id_field)},
    {"persistent", apply_persistent, AT(persistent_required)},
    {"proxy", enroll_key_proxy, AT(proxy)},
    {"renew", apply_renew, 0},
    {"renew-by", apply_renew_by, AT(renew_by)},
    {"san-email", apply_email, AT(san_email)},
    {"shared-state", apply_yes_no, AT(shared_state)},
    {"subject", apply_subject, AT(subject)},
    {"title", apply_text, AT(title)},
    {"token-hosts", enroll_key_hosts, AT(token_hosts)},
    {"token-url", enroll_key_url, AT(token_url)},
    {"trust", apply_trust, AT(public_trust)},
    {"tsa", enroll_key_tsa, 0},
    {"tsa-ca-file", apply_path, AT(tsa_ca_file)},
    {"tsa-timeout", apply_positive, AT(tsa_timeout)},
    {"url", enroll_key_url, AT(url)},
    {"wait", apply_duration, AT(wait)},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

/* How many letters have to be changed, added or left out. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[65], length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t corner = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t change = corner + (a[i] != b[j]);

            corner = row[j + 1];
            row[j + 1] = 1 + (row[j] < corner ? row[j] : corner);
            if (change < row[j + 1])
                row[j + 1] = change;
        }
    }
    return row[length];
}

static int unknown_key(const struct enroll_reader *reader,
                       const struct enroll_setting *setting)
{
    const char *nearest = keys[0].name;
    size_t distance = (size_t)-1;

    if (strlen(setting->name) > 64)
        return enroll_setting_wrong(reader, setting, "there is no such key");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        size_t here = edit_distance(setting->name, keys[i].name);

        if (here < distance) {
            distance = here;
            nearest = keys[i].name;
        }
    }
    return enroll_setting_wrong(
        reader, setting, "there is no such key; the nearest is '%s'", nearest);
}

int enroll_key_apply(const struct enroll_reader *reader,
                     const struct enroll_setting *setting)
{
    static const char custom[] = "custom-field.";

    for (size_t i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].name, setting->name) == 0)
            return keys[i].apply(reader, setting,
                                 (char *)reader->profile + keys[i].offset);
    if (strncmp(setting->name, custom, sizeof(custom) - 1) == 0)
        return apply_custom_field(reader, setting,
                                  setting->name + sizeof(custom) - 1);
    return unknown_key(reader, setting);
}
