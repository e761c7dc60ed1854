/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the back-off. Written under the identity's lock by whoever worked;
 * read by everybody before work is begun.
 */
#include "hook/lifecycle/backoff.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/rand.h>

#include "core/duration.h"
#include "hook/durable.h"
#include "hook/lifecycle/managers.h"

#define MINUTE        60L
#define HOUR          3600L
#define DAY           86400L
#define LONGEST_RETRY DAY
#define URGENT_RETRY  HOUR /* so much of it is honoured in the emergency */

static const struct {
    const char *name;
    long first, longest; /* from doubling to doubling */
    long urgent;         /* in the emergency */
    int heals;           /* without anybody doing anything */
} kinds[ENROLL_KIND_COUNT] = {
    [ENROLL_KIND_UNREACHABLE] = {"unreachable", MINUTE, 6 * HOUR, MINUTE, 1},
    [ENROLL_KIND_THROTTLED] = {"throttled", MINUTE, 6 * HOUR, MINUTE, 1},
    [ENROLL_KIND_REJECTED] = {"rejected", HOUR, DAY, HOUR, 0},
    [ENROLL_KIND_AUTHENTICATION] = {"authentication", HOUR, DAY, HOUR, 0},
    [ENROLL_KIND_PENDING] = {"pending", MINUTE, HOUR, MINUTE, 1},
    [ENROLL_KIND_POLICY] = {"policy", HOUR, DAY, HOUR, 0},
    [ENROLL_KIND_CONFIGURATION] = {"configuration", HOUR, DAY, HOUR, 0},
    [ENROLL_KIND_TOKEN] = {"token", MINUTE, 6 * HOUR, MINUTE, 1},
    [ENROLL_KIND_LOCAL] = {"local", MINUTE, 6 * HOUR, MINUTE, 1},
};

static const char file[] = "backoff";
static const char record_kind[] = "enroll-backoff";

const char *enroll_kind_name(enum enroll_kind kind)
{
    return kinds[kind].name;
}

static enum enroll_kind kind_of_class(enum enroll_class class)
{
    switch (class) {
    case ENROLL_PENDING: return ENROLL_KIND_PENDING;
    case ENROLL_THROTTLED: return ENROLL_KIND_THROTTLED;
    case ENROLL_UNREACHABLE: return ENROLL_KIND_UNREACHABLE;
    case ENROLL_KEY: return ENROLL_KIND_TOKEN;
    case ENROLL_POLICY: return ENROLL_KIND_POLICY;
    case ENROLL_VERIFICATION:
    case ENROLL_REJECTED: return ENROLL_KIND_REJECTED;
    case ENROLL_CONFIGURATION: return ENROLL_KIND_CONFIGURATION;
    default: return ENROLL_KIND_LOCAL;
    }
}

enum enroll_kind enroll_kind_of(const struct enroll_failure *failure)
{
    enum enroll_class class = failure->problem->class;

    if (class == ENROLL_REJECTED && failure->unauthorized)
        return ENROLL_KIND_AUTHENTICATION;
    /* What fails before anybody is asked is this machine's. */
    if (class == ENROLL_CONFIGURATION && !failure->contacted)
        return ENROLL_KIND_LOCAL;
    return kind_of_class(class);
}

/* Files of an earlier version have none. */
static enum enroll_kind parse_kind(const char *name, enum enroll_class class)
{
    for (int i = 0; name != NULL && i < ENROLL_KIND_COUNT; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return (enum enroll_kind)i;
    return kind_of_class(class);
}

int enroll_backoff_load(const struct enroll_profile *profile, int profile_fd,
                        struct enroll_backoff *backoff)
{
    struct enroll_record *record = NULL;
    struct enroll_backoff result = {.last.class = ENROLL_INTERNAL};
    const char *line = NULL, *digest = NULL;
    long since = 0, next = 0, noted = 0, contacted = 0;

    if (enroll_durable_load(profile_fd, file, record_kind, &record, NULL) !=
        ENROLL_FOUND)
        return 0;
    enroll_class_parse(enroll_record_get(record, "class"), &result.last.class);
    result.kind =
        parse_kind(enroll_record_get(record, "kind"), result.last.class);
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

static long longest_wait(const struct enroll_profile *profile,
                         const struct enroll_backoff *backoff)
{
    if (backoff->kind == ENROLL_KIND_POLICY &&
        profile->max_orders_period > LONGEST_RETRY)
        return profile->max_orders_period;
    return LONGEST_RETRY * 5 / 4;
}

/*
 * By when it came to be as it is, which also holds for a file that was moved
 * there. A change of the future is that of a clock that was ahead.
 */
static int changed_since(const char *path, const struct timespec *since,
                         time_t now)
{
    struct stat st;

    return path != NULL && stat(path, &st) == 0 && st.st_ctime <= now &&
           (st.st_ctim.tv_sec != since->tv_sec
                ? st.st_ctim.tv_sec > since->tv_sec
                : st.st_ctim.tv_nsec > since->tv_nsec);
}

/*
 * Whoever has corrected a secret or a file of certificates is not told the old
 * failure. A credential's file is another one each time a service starts.
 */
static int corrected(const struct enroll_profile *profile, int profile_fd,
                     time_t now)
{
    static const char secret[] = "file:";
    const size_t length = sizeof(secret) - 1;
    struct stat st;
    int yes;

    if (fstatat(profile_fd, file, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    yes = changed_since(profile->anchor, &st.st_mtim, now);
    for (size_t i = 0; !yes && i <= profile->fallback_count; i++) {
        const struct enroll_profile *each = enroll_manager_at(profile, i);
        const char *its = each->client_secret;

        yes = changed_since(each->ca_file, &st.st_mtim, now) ||
              (its != NULL && strncmp(its, secret, length) == 0 &&
               changed_since(its + length, &st.st_mtim, now));
    }
    return yes;
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
    if (backoff.noted > now ||
        backoff.next - now > longest_wait(profile, &backoff))
        return 1;
    if (!background &&
        (!backoff.contacted || backoff.kind == ENROLL_KIND_PENDING ||
         backoff.kind == ENROLL_KIND_LOCAL))
        return 1;
    if (corrected(profile, profile_fd, now))
        return 1;
    return enroll_problem_set(
        problem, backoff.last.class,
        "%.600s (%ld failure%s in a row; the next try is in %s, or now with: "
        "enroll-hook renew %s)",
        backoff.last.line, backoff.failures, backoff.failures == 1 ? "" : "s",
        enroll_duration_text((long)(backoff.next - now), left), profile->name);
}

static long at_most(long value, long limit)
{
    return value > limit ? limit : value;
}

static long at_least(long value, long limit)
{
    return value < limit ? limit : value;
}

long enroll_backoff_delay(enum enroll_kind kind, long failures,
                          long retry_after)
{
    long delay = kinds[kind].first;

    for (long i = 1; i < failures && delay < kinds[kind].longest; i++)
        delay *= 2;
    return at_least(at_most(delay, kinds[kind].longest),
                    at_most(retry_after, LONGEST_RETRY));
}

/* Between 3/4 and 5/4 of it, but not below. */
static long with_jitter(long delay, long below, unsigned char random)
{
    return at_least(delay * 3 / 4 + delay / 2 * random / 255, below);
}

/* When a try is due however long the last ones have failed; 0: never. */
static time_t urgent_at(const struct enroll_failure *failure,
                        enum enroll_kind kind, unsigned char random, time_t now)
{
    long urgent = at_least(kinds[kind].urgent,
                           at_most(failure->retry_after, URGENT_RETRY));
    time_t from = now;

    if (failure->emergency_at == 0 && !kinds[kind].heals)
        return 0;
    if (failure->emergency_at > now)
        from = failure->emergency_at;
    return from + with_jitter(urgent, urgent, random);
}

time_t enroll_backoff_at(const struct enroll_failure *failure, long failures,
                         unsigned char random, time_t now)
{
    enum enroll_kind kind = enroll_kind_of(failure);
    long delay = enroll_backoff_delay(kind, failures, failure->retry_after);
    long least = at_least(kinds[kind].first,
                          at_most(failure->retry_after, LONGEST_RETRY));
    time_t at = now + with_jitter(delay, least, random);
    time_t urgent = urgent_at(failure, kind, random, now);

    if (failure->frees > now)
        return failure->frees;
    return urgent != 0 && urgent < at ? urgent : at;
}

static int fill(struct enroll_record *record,
                const struct enroll_profile *profile,
                const struct enroll_failure *failure,
                const struct enroll_backoff *backoff)
{
    const struct enroll_problem *last = failure->problem;

    return enroll_record_set(record, "class", "%s",
                             enroll_class_name(last->class)) &&
           enroll_record_set(record, "kind", "%s",
                             kinds[enroll_kind_of(failure)].name) &&
           enroll_record_set(record, "line", "%s", last->line) &&
           enroll_record_set(record, "since", "%lld",
                             (long long)backoff->since) &&
           enroll_record_set(record, "noted", "%lld",
                             (long long)backoff->noted) &&
           enroll_record_set(record, "next", "%lld",
                             (long long)backoff->next) &&
           enroll_record_set(record, "failures", "%ld", backoff->failures) &&
           enroll_record_set(record, "contacted", "%d", failure->contacted) &&
           enroll_record_set(record, "config-sha256", "%s",
                             profile->config_sha256);
}

int enroll_backoff_note(const struct enroll_profile *profile, int profile_fd,
                        const struct enroll_failure *failure, time_t now,
                        struct enroll_problem *problem)
{
    struct enroll_record *record =
        enroll_durable_again(profile_fd, file, record_kind);
    struct enroll_backoff backoff = {.failures = 0};
    unsigned char random = 128;
    int ok;

    if (!enroll_backoff_load(profile, profile_fd, &backoff) ||
        !backoff.same_config || backoff.since > now) {
        backoff.failures = 0;
        backoff.since = now;
    }
    backoff.failures++;
    backoff.noted = now;
    RAND_bytes(&random, 1);
    backoff.next = enroll_backoff_at(failure, backoff.failures, random, now);
    ok = fill(record, profile, failure, &backoff) ||
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
