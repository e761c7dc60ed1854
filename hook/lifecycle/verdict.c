/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the verdict. Called after a publication, after a change of the
 * configuration, and for revocations. A damaged verdict may say "revoked", so
 * it is never written over: a person has to look.
 */
#include "hook/lifecycle/verdict.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/x509.h>

#include "hook/durable.h"
#include "hook/lifecycle/key_history.h"

#define REMEMBERED 64 /* generations, as many as can be kept */

static const char file[] = "verdict";
static const char kind[] = "enroll-verdict";
static const char compromised_prefix[] = "compromised.";

int enroll_verdict_read(int profile_fd, struct enroll_record **record,
                        struct enroll_problem *problem)
{
    enum enroll_found found =
        enroll_durable_load(profile_fd, file, kind, record, problem);

    if (found == ENROLL_FOUND_MISSING) {
        *record = enroll_record_new(kind);
        if (*record == NULL)
            return enroll_problem_set(problem, ENROLL_INTERNAL,
                                      "out of memory");
    }
    return found != ENROLL_FOUND_BAD;
}

int enroll_verdict_open(int profile_fd, struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    const char *hold = NULL;

    if (!enroll_verdict_read(profile_fd, &record, problem))
        return enroll_problem_set(
            problem, problem->class,
            "%.600s; it may tell of a hold or a revocation, so nothing is "
            "ordered: restore it, or remove it if it told of neither",
            problem->line);
    hold = enroll_record_get(record, "hold");
    if (hold != NULL)
        enroll_problem_set(problem, ENROLL_POLICY,
                           "on hold (%.200s), so nothing is ordered; have the "
                           "hold lifted first",
                           hold);
    enroll_record_free(record);
    return hold == NULL;
}

int enroll_verdict_write(int profile_fd, const struct enroll_record *record,
                         int complete, struct enroll_problem *problem)
{
    if (!complete)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "cannot write %s: it is full", file);
    return enroll_durable_record(profile_fd, file, ENROLL_MODE_PUBLIC, record,
                                 problem);
}

int enroll_verdict_fresh(const struct enroll_profile *profile, int profile_fd,
                         const struct enroll_generation *generation)
{
    struct enroll_record *record = NULL;
    const char *digest = NULL;
    long number = 0;
    int fresh;

    if (enroll_durable_load(profile_fd, file, kind, &record, NULL) !=
        ENROLL_FOUND)
        return 0;
    digest = enroll_record_get(record, "config-sha256");
    /* One from before there were looks plans none. */
    fresh = enroll_record_get(record, "check-at") != NULL && digest != NULL &&
            strcmp(digest, profile->config_sha256) == 0 &&
            enroll_record_get_long(record, "generation", &number) &&
            (unsigned long)number == generation->number;
    enroll_record_free(record);
    return fresh;
}

/* What the generation, the profile and the manager say. */
static void derive(const struct enroll_profile *profile,
                   const struct enroll_generation *generation,
                   const struct enroll_record *record,
                   struct enroll_times *times)
{
    char name[32];
    long hint = 0;

    enroll_times_read(generation, times);
    snprintf(name, sizeof(name), "hint.%lu", generation->number);
    if (record != NULL && enroll_record_get_long(record, name, &hint) &&
        hint > 0)
        times->hint = (time_t)hint;
    enroll_times_derive(profile, times);
}

void enroll_verdict_times(const struct enroll_profile *profile, int profile_fd,
                          const struct enroll_generation *generation,
                          struct enroll_times *times)
{
    struct enroll_record *record = NULL;

    if (!enroll_verdict_read(profile_fd, &record, NULL))
        record = enroll_record_new(kind);
    derive(profile, generation, record, times);
    enroll_record_free(record);
}

/*
 * When to look next: what was set for this generation, but within an interval;
 * one that is new here was good when it was issued.
 */
static int set_check(const struct enroll_profile *profile,
                     const struct enroll_generation *generation, time_t issued,
                     struct enroll_record *record)
{
    time_t latest = time(NULL) + profile->revocation_check;
    long number = 0, at = 0;
    int known = enroll_record_get_long(record, "generation", &number) &&
                (unsigned long)number == generation->number &&
                enroll_record_get_long(record, "check-at", &at) && at != 0;

    if (profile->revocation_check == 0)
        return enroll_record_set(record, "check-at", "0");
    if (!known &&
        !(enroll_record_set(record, "checked-at", "%lld", (long long)issued) &&
          enroll_record_set(record, "check", "issued") &&
          enroll_record_set(record, "check-failures", "0")))
        return 0;
    if (!known)
        at = (long)issued + profile->revocation_check;
    return enroll_record_set(record, "check-noted", "%lld",
                             (long long)time(NULL)) &&
           enroll_record_set(record, "check-at", "%lld",
                             at < latest ? (long long)at : (long long)latest);
}

/*
 * A hint counts while its generation is current. What else is said of one is
 * kept long after it: it may come back from a backup.
 */
static int outlived(int profile_fd, const char *name, unsigned long current)
{
    char path[ENROLL_GENERATION_PATH];
    unsigned long number = 0;
    int end = 0;

    if (sscanf(name, "hint.%lu%n", &number, &end) == 1 && name[end] == '\0')
        return number != current;
    if (sscanf(name, "revoked.%lu", &number) != 1 &&
        sscanf(name, "rolled-back.%lu", &number) != 1)
        return 0;
    enroll_generation_path(number, path);
    return number < current && current - number > REMEMBERED &&
           faccessat(profile_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
}

/* Or it would be full one day, and nothing could be revoked any more. */
static void forget(int profile_fd, struct enroll_record *record,
                   unsigned long current)
{
    const char *name = NULL, *value = NULL;
    size_t i = 0;

    while (enroll_record_line(record, i, &name, &value)) {
        char copy[64];

        if (strlen(name) < sizeof(copy) && outlived(profile_fd, name, current))
            enroll_record_remove(record, strcpy(copy, name));
        else
            i++;
    }
}

int enroll_verdict_derive(const struct enroll_profile *profile, int profile_fd,
                          const struct enroll_generation *generation,
                          struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    struct enroll_times times;
    int ok;

    if (!enroll_verdict_read(profile_fd, &record, problem))
        return 0;
    forget(profile_fd, record, generation->number);
    derive(profile, generation, record, &times);
    ok = set_check(profile, generation, times.issued, record) &&
         enroll_record_set(record, "generation", "%lu", generation->number) &&
         enroll_record_set(record, "valid-from", "%lld",
                           (long long)times.not_before -
                               profile->clock_tolerance) &&
         enroll_record_set(
             record, "renew-at", "%lld",
             (long long)enroll_times_effective(profile, &times, time(NULL))) &&
         enroll_record_set(record, "refuse-at", "%lld",
                           (long long)times.refuse_at) &&
         enroll_record_set(record, "renew-by", "%s",
                           enroll_renew_by_name(profile->renew_by)) &&
         enroll_record_set(record, "config-sha256", "%s",
                           profile->config_sha256);
    ok = enroll_verdict_write(profile_fd, record, ok, problem);
    enroll_record_free(record);
    return ok;
}

int enroll_verdict_revoke(int profile_fd, unsigned long number,
                          const char *reason, const char *compromised,
                          struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    char name[48];
    int ok;

    if (!enroll_verdict_read(profile_fd, &record, problem))
        return 0;
    snprintf(name, sizeof(name), "revoked.%lu", number);
    ok = enroll_record_set(record, name, "%s", reason);
    if (compromised != NULL) {
        snprintf(name, sizeof(name), "%s%lu", compromised_prefix, number);
        ok = ok && enroll_record_set(record, name, "%s", compromised);
    }
    ok = enroll_verdict_write(profile_fd, record, ok, problem);
    enroll_record_free(record);
    return ok;
}

int enroll_verdict_revoked(int profile_fd, unsigned long number)
{
    struct enroll_record *record = NULL;
    char name[32];
    int revoked;

    switch (enroll_durable_load(profile_fd, file, kind, &record, NULL)) {
    case ENROLL_FOUND: break;
    case ENROLL_FOUND_MISSING: return 0;
    case ENROLL_FOUND_BAD: return 1;
    }
    snprintf(name, sizeof(name), "revoked.%lu", number);
    revoked = enroll_record_get(record, name) != NULL;
    enroll_record_free(record);
    return revoked;
}

int enroll_verdict_key_ok(const struct enroll_profile *profile, int profile_fd,
                          const EVP_PKEY *key, struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    const char *name = NULL, *value = NULL;
    char hex[ENROLL_SHA256_HEX];
    int ok = 1;

    /* One that can't be read stops whatever is published, saying so. */
    if (enroll_durable_load(profile_fd, file, kind, &record, NULL) !=
            ENROLL_FOUND ||
        !enroll_key_digest(key, hex)) {
        enroll_record_free(record);
        return 1;
    }
    for (size_t i = 0; ok && enroll_record_line(record, i, &name, &value); i++)
        ok = strncmp(name, compromised_prefix,
                     sizeof(compromised_prefix) - 1) != 0 ||
             strcmp(value, hex) != 0;
    enroll_record_free(record);
    return ok || enroll_problem_set(
                     problem, ENROLL_VERIFICATION,
                     "%s: the certificate was not taken into use: its key was "
                     "revoked as compromised, others may have it",
                     profile->name);
}
