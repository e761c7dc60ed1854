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

#include "hook/custody/custody.h"
#include "hook/protocol/protocol.h"
#include "hook/secret.h"
#include "hook/settings.h"
#include "hook/subject.h"

static int apply_manager(const struct enroll_reader *reader,
                         const struct enroll_setting *setting, void *target)
{
    if (enroll_protocol_find(setting->value) == NULL)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is no manager known here; write "
                                    "scm",
                                    setting->value);
    return enroll_key_text(reader, setting, target);
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
    return enroll_key_text(reader, setting, target);
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
    return enroll_key_text(reader, setting, target);
}

static int apply_custody(const struct enroll_reader *reader,
                         const struct enroll_setting *setting, void *target)
{
    if (enroll_custody_find(setting->value) == NULL)
        return enroll_setting_wrong(reader, setting,
                                    "'%.64s' is no place for a key known "
                                    "here; write file",
                                    setting->value);
    return enroll_key_text(reader, setting, target);
}

static int apply_key_type(const struct enroll_reader *reader,
                          const struct enroll_setting *setting, void *target)
{
    static const struct enroll_word words[] = {{"rsa:3072", ENROLL_RSA_3072},
                                               {"rsa:4096", ENROLL_RSA_4096},
                                               {"ec:P-256", ENROLL_EC_P256},
                                               {"ec:P-384", ENROLL_EC_P384},
                                               {NULL, 0}};
    int value = 0;

    if (!enroll_key_word(reader, setting, words,
                         "one of rsa:3072, rsa:4096, ec:P-256, ec:P-384",
                         &value))
        return 0;
    *(enum enroll_key_type *)target = (enum enroll_key_type)value;
    return 1;
}

static int apply_trust(const struct enroll_reader *reader,
                       const struct enroll_setting *setting, void *target)
{
    static const struct enroll_word words[] = {
        {"public", 1}, {"private", 0}, {NULL, 0}};

    return enroll_key_word(reader, setting, words, "one of public, private",
                           target);
}

static int apply_persistent(const struct enroll_reader *reader,
                            const struct enroll_setting *setting, void *target)
{
    static const struct enroll_word words[] = {
        {"required", 1}, {"no", 0}, {NULL, 0}};

    return enroll_key_word(reader, setting, words, "one of required, no",
                           target);
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
    return enroll_key_text(reader, setting, target);
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
    {"allow-software-key", enroll_key_yes_no, AT(allow_software_key)},
    {"anchor", enroll_key_path, AT(anchor)},
    {"ca-file", enroll_key_path, AT(ca_file)},
    {"client-id", enroll_key_text, AT(client_id)},
    {"client-secret", apply_secret, AT(client_secret)},
    {"clock-tolerance", enroll_key_clock_tolerance, AT(clock_tolerance)},
    {"doubt-wait", enroll_key_duration, AT(doubt_wait)},
    {"email", apply_email, AT(email)},
    {"emergency", enroll_key_share, AT(emergency)},
    {"failover-after", enroll_key_failover_after, AT(failover_after)},
    {"fallback", enroll_key_fallback, 0},
    {"first-name", enroll_key_text, AT(first_name)},
    {"keep", enroll_key_keep, AT(keep)},
    {"key", apply_custody, AT(key)},
    {"key-group", enroll_key_text, AT(key_group)},
    {"key-max-age", enroll_key_positive, AT(key_max_age)},
    {"key-max-uses", enroll_key_max_uses, AT(key_max_uses)},
    {"key-policy", enroll_key_policy, AT(key_policy)},
    {"key-type", apply_key_type, AT(key_type)},
    {"last-name", enroll_key_text, AT(last_name)},
    {"lead-time", enroll_key_duration, AT(lead_time)},
    {"maintenance", enroll_key_maintenance, AT(maintenance)},
    {"manager", apply_manager, AT(manager)},
    {"max-orders", enroll_key_max_orders, 0},
    {"max-validity", enroll_key_positive, AT(max_validity)},
    {"min-remaining", enroll_key_duration, AT(min_remaining)},
    {"on-doubt", enroll_key_on_doubt, AT(hold_doubts)},
    {"on-revoked", enroll_key_on_revoked, AT(hold_if_revoked)},
    {"order-id-field", enroll_key_text, AT(order_id_field)},
    {"overlap", enroll_key_overlap, AT(overlap)},
    {"persistent", apply_persistent, AT(persistent_required)},
    {"proxy", enroll_key_proxy, AT(proxy)},
    {"renew", enroll_key_share, AT(renew)},
    {"renew-by", enroll_key_renew_by, AT(renew_by)},
    {"revocation-check", enroll_key_revocation_check, AT(revocation_check)},
    {"san-email", apply_email, AT(san_email)},
    {"shared-state", enroll_key_yes_no, AT(shared_state)},
    {"spread", enroll_key_share, AT(spread)},
    {"subject", apply_subject, AT(subject)},
    {"title", enroll_key_text, AT(title)},
    {"token-hosts", enroll_key_hosts, AT(token_hosts)},
    {"token-url", enroll_key_url, AT(token_url)},
    {"trust", apply_trust, AT(public_trust)},
    {"tsa", enroll_key_tsa, 0},
    {"tsa-ca-file", enroll_key_path, AT(tsa_ca_file)},
    {"tsa-timeout", enroll_key_positive, AT(tsa_timeout)},
    {"url", enroll_key_url, AT(url)},
    {"wait", enroll_key_duration, AT(wait)},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

/* What a section [manager/NAME] may hold, besides custom-field.*. */
static const char *const manager_keys[] = {
    "ca-file",   "client-id",   "client-secret",  "email", "first-name",
    "last-name", "manager",     "order-id-field", "proxy", "san-email",
    "title",     "token-hosts", "token-url",      "url",
};

static int of_manager(const char *name)
{
    for (size_t i = 0; i < sizeof(manager_keys) / sizeof(manager_keys[0]); i++)
        if (strcmp(manager_keys[i], name) == 0)
            return 1;
    return 0;
}

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

static const struct key *find_key(const char *name)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

int enroll_key_apply(const struct enroll_reader *reader,
                     const struct enroll_setting *setting)
{
    static const char custom[] = "custom-field.";
    const struct key *key = find_key(setting->name);

    if (key == NULL && strncmp(setting->name, custom, sizeof(custom) - 1) == 0)
        return apply_custom_field(reader, setting,
                                  setting->name + sizeof(custom) - 1);
    if (key == NULL)
        return unknown_key(reader, setting);
    if (reader->manager_only && !of_manager(key->name))
        return enroll_setting_wrong(reader, setting,
                                    "does not belong to a manager, but to a "
                                    "profile; move it to [%.64s] or [default]",
                                    reader->profile->name);
    return key->apply(reader, setting, (char *)reader->profile + key->offset);
}
