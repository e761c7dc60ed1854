/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads verdict and back-off. Called by the provider on every delivery and by
 * the hook, which alone writes them.
 */
#include "core/verdict.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/load.h"

static void override_times(const struct enroll_record *record,
                           const struct enroll_generation *generation,
                           struct enroll_verdict *verdict)
{
    long number = 0, value = 0;

    if (!enroll_record_get_long(record, "generation", &number) ||
        (unsigned long)number != generation->number)
        return;
    if (enroll_record_get_long(record, "renew-at", &value))
        verdict->renew_at = (time_t)value;
    if (enroll_record_get_long(record, "refuse-at", &value))
        verdict->refuse_at = (time_t)value;
    if (enroll_record_get_long(record, "valid-from", &value))
        verdict->valid_from = (time_t)value;
    if (enroll_record_get_long(record, "check-at", &value))
        verdict->check_at = (time_t)value;
    if (enroll_record_get_long(record, "check-noted", &value))
        verdict->check_noted = (time_t)value;
    enroll_renew_by_parse(enroll_record_get(record, "renew-by"),
                          &verdict->renew_by);
}

/* A name that is there with an empty value counts: fail closed. */
static void copy_reason(const struct enroll_record *record, const char *name,
                        char *reason, size_t size)
{
    const char *value = enroll_record_get(record, name);

    if (value != NULL)
        snprintf(reason, size, "%s",
                 *value == '\0' ? "no reason given" : value);
}

int enroll_verdict_load(int profile_fd,
                        const struct enroll_generation *generation,
                        struct enroll_verdict *verdict,
                        struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    char name[64];
    enum enroll_found found =
        enroll_load(profile_fd, "verdict", "enroll-verdict", ENROLL_NOT_USABLE,
                    "unless it tells of a hold or a revocation, remove it and "
                    "run enroll-hook ready",
                    &record, problem);

    if (found == ENROLL_FOUND_BAD)
        return 0;
    memset(verdict, 0, sizeof(*verdict));
    verdict->renew_at = generation->renew_at;
    verdict->refuse_at = generation->refuse_at;
    verdict->renew_by = generation->renew_by;
    verdict->valid_from = generation->not_before;
    if (found == ENROLL_FOUND_MISSING)
        return 1;
    override_times(record, generation, verdict);
    copy_reason(record, "hold", verdict->hold, sizeof(verdict->hold));
    snprintf(name, sizeof(name), "revoked.%lu", generation->number);
    copy_reason(record, name, verdict->revoked, sizeof(verdict->revoked));
    enroll_record_free(record);
    return 1;
}

time_t enroll_backoff_next(int profile_fd, time_t now)
{
    struct enroll_record *record = NULL;
    struct enroll_problem problem;
    long next = 0, noted = 0;

    switch (enroll_load(profile_fd, "backoff", "enroll-backoff",
                        ENROLL_NOT_USABLE, NULL, &record, &problem)) {
    case ENROLL_FOUND: break;
    case ENROLL_FOUND_MISSING: return 0;
    case ENROLL_FOUND_BAD:
        /* Damage is no reason to wait, the hook sets it right; else a person
         * has to. */
        return problem.class == ENROLL_NOT_USABLE ? 0 : (time_t)LONG_MAX;
    }
    enroll_record_get_long(record, "next", &next);
    enroll_record_get_long(record, "noted", &noted);
    enroll_record_free(record);
    return (time_t)noted > now ? 0 : (time_t)next;
}
