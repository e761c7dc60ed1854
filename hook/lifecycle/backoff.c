/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the back-off. Written under the identity's lock by whoever worked;
 * read by everybody before work is begun.
 */
#include "hook/lifecycle/backoff.h"

#include <stdio.h>
#include <string.h>

#include <openssl/rand.h>

#include "core/duration.h"
#include "hook/durable.h"

#define FIRST_DELAY     60L
#define LONGEST_DELAY   (6 * 3600L)
#define REFUSAL_DELAY   3600L /* nothing changes by asking again soon */
#define LONGEST_PENDING 3600L
#define LONGEST_RETRY   (24 * 3600L)

static const char file[] = "backoff";
static const char kind[] = "enroll-backoff";

int enroll_backoff_load(const struct enroll_profile *profile, int profile_fd,
                        struct enroll_backoff *backoff)
{
    struct enroll_record *record = NULL;
    struct enroll_backoff result = {.last.class = ENROLL_INTERNAL};
    const char *line = NULL, *digest = NULL;
    long since = 0, next = 0, noted = 0, contacted = 0;

    if (enroll_durable_load(profile_fd, file, kind, &record, NULL) !=
        ENROLL_FOUND)
        return 0;
    enroll_class_parse(enroll_record_get(record, "class"), &result.last.class);
    line = enroll_record_get(record, "line");
    enroll_problem_set(&result.last, result.last.class, "%s",
                       line == NULL ? "" : line);
    enroll_record_get_long(record, "since", &since);
    enroll_record_get_long(record, "next", &next);
    enroll_record_get_long(record, "noted", &noted);
    enroll_record_get_long(record, "failures", &result.failures);
    enroll_record_get_long(record, "contacted", &contacted);
    digest = enroll_record_get(record, "config-sha256");
    result.since = (time_t)since;
    result.next = (time_t)next;
    result.noted = (time_t)noted;
    result.contacted = contacted == 1;
    result.same_config =
        digest != NULL && strcmp(digest, profile->config_sha256) == 0;
    enroll_record_free(record);
    *backoff = result;
    return 1;
}

int enroll_backoff_allows(const struct enroll_profile *profile, int profile_fd,
                          time_t now, int background,
                          struct enroll_problem *problem)
{
    struct enroll_backoff backoff;
    char left[ENROLL_DURATION_TEXT];

    if (!enroll_backoff_load(profile, profile_fd, &backoff) ||
        !backoff.same_config || now >= backoff.next)
        return 1;
    /* Written by a clock that was ahead: not to be waited for. */
    if (backoff.noted > now || backoff.next - now > LONGEST_RETRY * 5 / 4)
        return 1;
    if (!background &&
        (!backoff.contacted || backoff.last.class == ENROLL_PENDING))
        return 1;
    return enroll_problem_set(
        problem, backoff.last.class,
        "%.600s (%ld failure%s in a row; the next try is in %s, or now with: "
        "enroll-hook renew %s)",
        backoff.last.line, backoff.failures, backoff.failures == 1 ? "" : "s",
        enroll_duration_text((long)(backoff.next - now), left), profile->name);
}

long enroll_backoff_delay(enum enroll_class class, long failures,
                          long retry_after)
{
    long delay = FIRST_DELAY;
    long longest = class == ENROLL_PENDING ? LONGEST_PENDING : LONGEST_DELAY;

    for (long i = 1; i < failures && delay < longest; i++)
        delay *= 2;
    if (delay > longest)
        delay = longest;
    if (delay < REFUSAL_DELAY &&
        (class == ENROLL_REJECTED || class == ENROLL_CONFIGURATION ||
         class == ENROLL_VERIFICATION))
        delay = REFUSAL_DELAY;
    if (retry_after > LONGEST_RETRY)
        retry_after = LONGEST_RETRY;
    return delay < retry_after ? retry_after : delay;
}

/* Between 3/4 and 5/4 of it; never less than the manager asked for. */
static long with_jitter(long delay, long retry_after)
{
    unsigned char byte = 128;
    long result;

    RAND_bytes(&byte, 1);
    result = delay * 3 / 4 + delay / 2 * byte / 255;
    return result < retry_after ? retry_after : result;
}

int enroll_backoff_note(const struct enroll_profile *profile, int profile_fd,
                        const struct enroll_problem *last, int contacted,
                        long retry_after, time_t now,
                        struct enroll_problem *problem)
{
    struct enroll_record *record = enroll_record_new(kind);
    struct enroll_backoff before = {.failures = 0};
    long delay;
    int ok;

    if (!enroll_backoff_load(profile, profile_fd, &before) ||
        !before.same_config || before.since > now) {
        before.failures = 0;
        before.since = now;
    }
    before.failures++;
    delay = with_jitter(
        enroll_backoff_delay(last->class, before.failures, retry_after),
        retry_after > LONGEST_RETRY ? LONGEST_RETRY : retry_after);
    ok = record != NULL &&
         enroll_record_set(record, "class", "%s",
                           enroll_class_name(last->class)) &&
         enroll_record_set(record, "line", "%s", last->line) &&
         enroll_record_set(record, "since", "%lld", (long long)before.since) &&
         enroll_record_set(record, "noted", "%lld", (long long)now) &&
         enroll_record_set(record, "next", "%lld", (long long)now + delay) &&
         enroll_record_set(record, "failures", "%ld", before.failures) &&
         enroll_record_set(record, "contacted", "%d", contacted) &&
         enroll_record_set(record, "config-sha256", "%s",
                           profile->config_sha256);
    if (!ok)
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    ok = ok && enroll_durable_record(profile_fd, file, ENROLL_MODE_PUBLIC,
                                     record, problem);
    enroll_record_free(record);
    return ok;
}

int enroll_backoff_clear(int profile_fd, struct enroll_problem *problem)
{
    return enroll_durable_remove(profile_fd, file, problem);
}
