/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves `current` and identity.pem. Called by publish.c, repair.c and the
 * worker; every step is durable before the record says that it was taken, and
 * can be taken twice.
 */
#include "hook/lifecycle/stages.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/identity.h"
#include "core/lock.h"
#include "core/publishing.h"
#include "core/wire.h"
#include "hook/durable.h"
#include "hook/lifecycle/identity_file.h"
#include "hook/lifecycle/pause.h"
#include "hook/lifecycle/standing.h"
#include "hook/lifecycle/verdict.h"
#include "hook/lifecycle/version.h"

#define MARGIN   60     /* seconds beyond the steps themselves */
#define LOCK_MS  60000L /* who has it then goes on himself */
#define POLL_MS  100L
#define SLICE_MS 2000L /* within which a state that is gone is noticed */

static const char record_name[] = "publishing";

/* What the tools open, and what both URIs and the link lead to. */
static int point(const struct enroll_profile *profile, int profile_fd,
                 unsigned long number, struct enroll_problem *problem)
{
    struct enroll_generation *generation = NULL;
    char path[ENROLL_GENERATION_PATH];
    int ok;

    enroll_generation_path(number, path);
    if (enroll_generation_open(profile_fd, profile->name, number, &generation,
                               problem) != ENROLL_FOUND)
        return 0;
    ok = enroll_verdict_derive(profile, profile_fd, generation, problem) &&
         enroll_durable_link(profile_fd, path, "current", problem);
    enroll_generation_free(generation);
    return ok;
}

int enroll_stages_switch(const struct enroll_profile *profile, int profile_fd,
                         unsigned long number, struct enroll_problem *problem)
{
    /* A link that leads nowhere yet is no worse than none. */
    return enroll_durable_link(profile_fd, "current/identity.pem",
                               "identity.pem", problem) &&
           point(profile, profile_fd, number, problem) &&
           enroll_durable_remove(profile_fd, record_name, problem);
}

static int save(int profile_fd, const struct enroll_publishing *publishing,
                struct enroll_problem *problem)
{
    struct enroll_record *record =
        enroll_durable_again(profile_fd, record_name, "enroll-publishing");
    int ok;

    ok = enroll_record_set(record, "from", "%lu", publishing->from) &&
         enroll_record_set(record, "to", "%lu", publishing->to) &&
         enroll_record_set(record, "step", "%ld", publishing->step) &&
         enroll_record_set(record, "since", "%lld",
                           (long long)publishing->since) &&
         enroll_record_set(record, "overlap", "%ld", publishing->overlap);
    if (!ok)
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    ok = ok && enroll_durable_record(profile_fd, record_name,
                                     ENROLL_MODE_PUBLIC, record, problem);
    enroll_record_free(record);
    return ok;
}

static int read_chain(int profile_fd, unsigned long number,
                      struct enroll_chain *chain,
                      struct enroll_problem *problem)
{
    struct enroll_generation *generation = NULL;
    int ok = enroll_generation_open(profile_fd, "a generation", number,
                                    &generation, problem) == ENROLL_FOUND &&
             enroll_generation_chain(generation, chain, problem);

    enroll_generation_free(generation);
    return ok;
}

/* identity.pem with the key of one and the leaves of both. */
static int write_both(const struct enroll_profile *profile, int profile_fd,
                      unsigned long number, unsigned long other,
                      struct enroll_problem *problem)
{
    struct enroll_chain first = {.data = NULL}, second = {.data = NULL};
    char *pem = NULL;
    size_t length = 0;
    int ok = read_chain(profile_fd, number, &first, problem) &&
             read_chain(profile_fd, other, &second, problem);

    if (ok && !enroll_identity_file(profile->name, number, &first, &second,
                                    &pem, &length))
        ok = enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    ok = ok && enroll_durable_write(profile_fd, "identity.pem",
                                    ENROLL_MODE_PUBLIC, pem, length, problem);
    OPENSSL_free(pem);
    enroll_chain_clear(&first);
    enroll_chain_clear(&second);
    return ok;
}

/* The file first: with the old key and both leaves it fits either side. */
static int advance(const struct enroll_profile *profile, int profile_fd,
                   struct enroll_publishing *publishing,
                   struct enroll_problem *problem)
{
    unsigned long from = publishing->from, to = publishing->to;
    int ok = 0;

    switch (publishing->step) {
    case 0:
        ok = write_both(profile, profile_fd, from, to, problem) &&
             point(profile, profile_fd, to, problem);
        break;
    case 1: ok = write_both(profile, profile_fd, to, from, problem); break;
    default: return enroll_stages_switch(profile, profile_fd, to, problem);
    }
    publishing->step++;
    publishing->since = time(NULL);
    return ok && save(profile_fd, publishing, problem);
}

/*
 * Deliverable for so long, and as it was written. -1: that can't be told now,
 * because the disk or this process gives nothing; no reason to go back.
 */
static int sound(const struct enroll_profile *profile, int profile_fd,
                 unsigned long number, long seconds)
{
    struct enroll_look look = {.generation = NULL};
    struct enroll_problem problem = {.class = ENROLL_NOT_USABLE};
    enum enroll_found found;
    time_t now = time(NULL);
    int ok;

    found = enroll_identity_look(profile_fd, profile->name, number, -1, now,
                                 &look, &problem);
    if (found == ENROLL_FOUND_BAD && problem.class == ENROLL_CONFIGURATION)
        return -1;
    if (found != ENROLL_FOUND)
        return 0;
    ok = enroll_deliverable(look.usability) &&
         look.generation->not_after - now >= seconds &&
         look.verdict.refuse_at - now >= seconds;
    if (ok && !enroll_generation_intact(look.generation, &problem))
        ok = problem.class == ENROLL_CONFIGURATION ? -1 : 0;
    enroll_look_clear(&look);
    return ok;
}

static int same_key(int profile_fd, unsigned long a, unsigned long b)
{
    struct enroll_generation *first = NULL, *second = NULL;
    const char *left = NULL, *right = NULL;
    int same = 0;

    if (enroll_generation_open(profile_fd, "a generation", a, &first, NULL) ==
            ENROLL_FOUND &&
        enroll_generation_open(profile_fd, "a generation", b, &second, NULL) ==
            ENROLL_FOUND) {
        left = enroll_record_get(first->facts, "spki-sha256");
        right = enroll_record_get(second->facts, "spki-sha256");
        same = left != NULL && right != NULL && strcmp(left, right) == 0;
    }
    enroll_generation_free(first);
    enroll_generation_free(second);
    return same;
}

int enroll_stages_publish(const struct enroll_profile *profile, int profile_fd,
                          unsigned long number, struct enroll_problem *problem)
{
    struct enroll_publishing publishing = {
        .to = number, .since = time(NULL), .overlap = profile->overlap};
    struct enroll_problem ignored;
    unsigned long current = 0;

    if (enroll_generation_current(profile_fd, &publishing.from, NULL) !=
            ENROLL_FOUND ||
        publishing.from == number ||
        same_key(profile_fd, publishing.from, number) ||
        !sound(profile, profile_fd, publishing.from,
               2 * profile->overlap + MARGIN))
        return enroll_stages_switch(profile, profile_fd, number, problem);
    if (save(profile_fd, &publishing, problem) &&
        advance(profile, profile_fd, &publishing, problem))
        return 1;
    /* Not there yet: as if nothing had been tried. */
    if (enroll_generation_current(profile_fd, &current, NULL) == ENROLL_FOUND &&
        current == publishing.from)
        enroll_stages_switch(profile, profile_fd, current, &ignored);
    return 0;
}

/* Somebody else has moved `current`, or one of the two is of no use now. */
static int fall_back(const struct enroll_profile *profile, int profile_fd,
                     unsigned long number, struct enroll_problem *problem)
{
    if (number == 0 &&
        enroll_generation_current(profile_fd, &number, problem) != ENROLL_FOUND)
        return enroll_durable_link(profile_fd, "current/identity.pem",
                                   "identity.pem", problem) &&
               enroll_durable_remove(profile_fd, record_name, problem);
    return enroll_stages_switch(profile, profile_fd, number, problem);
}

int enroll_stages_go_on(const struct enroll_profile *profile, int profile_fd,
                        struct enroll_problem *problem)
{
    struct enroll_publishing now;
    unsigned long current = 0;
    int from_ok, to_ok;

    switch (enroll_publishing_load(profile_fd, &now, problem)) {
    case ENROLL_FOUND: break;
    case ENROLL_FOUND_MISSING: return 1;
    case ENROLL_FOUND_BAD:
        return problem->class == ENROLL_NOT_USABLE &&
               fall_back(profile, profile_fd, 0, problem);
    }
    enroll_generation_current(profile_fd, &current, NULL);
    if (current != now.to && (now.step > 0 || current != now.from))
        return fall_back(profile, profile_fd, 0, problem);
    from_ok = sound(profile, profile_fd, now.from, 0);
    to_ok = sound(profile, profile_fd, now.to, 0);
    if (from_ok < 0 || to_ok < 0)
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "a new key is being published, and the "
                                  "generations can't be read to go on; that "
                                  "is tried again");
    if (!from_ok || !to_ok)
        return fall_back(profile, profile_fd,
                         to_ok     ? now.to
                         : from_ok ? now.from
                                   : 0,
                         problem);
    if (now.step > 0 && now.since > time(NULL)) {
        now.since = time(NULL);
        return save(profile_fd, &now, problem);
    }
    if (enroll_publishing_due(&now, time(NULL)))
        return advance(profile, profile_fd, &now, problem);
    return 1;
}

/* Both steps, and clocks that are set back meanwhile. */
static long long deadline(const struct enroll_profile *profile)
{
    return enroll_monotonic_ms() + (4 * profile->overlap + MARGIN) * 1000LL;
}

/* Milliseconds to sleep before the next look; 0: nothing is under way. */
static long pause_of(int profile_fd)
{
    struct enroll_publishing publishing;
    time_t now = time(NULL);
    long left;

    if (enroll_publishing_load(profile_fd, &publishing, NULL) != ENROLL_FOUND)
        return 0;
    left = (long)(publishing.since - now) + publishing.overlap + 1;
    if (enroll_publishing_due(&publishing, now))
        left = 0;
    left = left * 1000 + POLL_MS;
    return left < SLICE_MS ? left : SLICE_MS;
}

int enroll_stages_settle(const struct enroll_profile *profile, int profile_fd,
                         struct enroll_problem *problem)
{
    long long end = deadline(profile);
    long pause = 0;

    do {
        if (!enroll_pause_until(profile_fd, enroll_monotonic_ms() + pause))
            return enroll_problem_set(
                problem, ENROLL_PENDING,
                "a command that was given meanwhile goes first, before the "
                "last new key has been published; run the same again");
        if (!enroll_stages_go_on(profile, profile_fd, problem))
            return 0;
        pause = pause_of(profile_fd);
        if (pause == 0)
            return 1;
    } while (enroll_monotonic_ms() < end);
    return fall_back(profile, profile_fd, 0, problem);
}

static int take_lock(int profile_fd, int *lock_fd)
{
    long long end = enroll_monotonic_ms() + LOCK_MS;
    enum enroll_lock_result result;

    while ((result = enroll_lock_try(profile_fd, ENROLL_LOCK_STATE, lock_fd)) ==
               ENROLL_LOCK_BUSY &&
           enroll_monotonic_ms() < end)
        enroll_pause_ms(POLL_MS);
    return result == ENROLL_LOCK_TAKEN;
}

/* 1 if a step was taken, or could be another time. */
static int take_turn(const struct enroll_profile *profile, int profile_fd)
{
    struct enroll_problem ignored;
    int lock_fd = -1, ok;

    if (!take_lock(profile_fd, &lock_fd))
        return 0;
    ok = enroll_version_ok(profile_fd, &ignored) &&
         enroll_stages_go_on(profile, profile_fd, &ignored);
    close(lock_fd);
    return ok;
}

void enroll_stages_see_through(const struct enroll_profile *profile,
                               int profile_fd)
{
    long long end = deadline(profile);
    long pause;

    while ((pause = pause_of(profile_fd)) > 0 && enroll_monotonic_ms() < end) {
        enroll_pause_ms(pause);
        if (enroll_publishing_waits(profile_fd, time(NULL)) &&
            !take_turn(profile, profile_fd))
            return;
    }
}

int enroll_stages_refresh(const struct enroll_profile *profile, int profile_fd,
                          unsigned long number, struct enroll_problem *problem)
{
    struct enroll_publishing publishing;

    if (enroll_publishing_load(profile_fd, &publishing, NULL) == ENROLL_FOUND &&
        publishing.to == number &&
        faccessat(profile_fd, "identity.pem", F_OK, 0) == 0)
        return point(profile, profile_fd, number, problem);
    return enroll_stages_switch(profile, profile_fd, number, problem);
}

int enroll_stages_under_way(int profile_fd)
{
    struct enroll_publishing publishing;

    return enroll_publishing_load(profile_fd, &publishing, NULL) ==
           ENROLL_FOUND;
}

int enroll_stages_need(int profile_fd, unsigned long number)
{
    struct enroll_publishing publishing;

    return enroll_publishing_load(profile_fd, &publishing, NULL) ==
               ENROLL_FOUND &&
           (number == publishing.from || number == publishing.to);
}
