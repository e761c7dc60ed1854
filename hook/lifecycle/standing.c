/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out where an identity stands. Called before every piece of work, with
 * and without the lock; writes nothing.
 */
#include "hook/lifecycle/standing.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/duration.h"
#include "hook/custody/custody.h"
#include "hook/lifecycle/verdict.h"

int enroll_stands_usable(enum enroll_stands stands)
{
    return stands == ENROLL_STANDS_GOOD || stands == ENROLL_STANDS_DUE;
}

int enroll_generation_intact(const struct enroll_generation *generation,
                             struct enroll_problem *problem)
{
    struct enroll_chain chain = {.data = NULL};
    unsigned char *key = NULL;
    size_t length = 0;

    if (!enroll_generation_chain(generation, &chain, problem))
        return 0;
    enroll_chain_clear(&chain);
    if (strcmp(generation->custody, "file") != 0)
        return 1;
    if (!enroll_generation_key(generation, &key, &length, problem))
        return 0;
    OPENSSL_clear_free(key, length + 1);
    return 1;
}

static enum enroll_stands stands_of(enum enroll_usability usability)
{
    switch (usability) {
    case ENROLL_USABLE: return ENROLL_STANDS_GOOD;
    case ENROLL_RENEWABLE: return ENROLL_STANDS_DUE;
    case ENROLL_RUNNING_OUT:
    case ENROLL_EXPIRED:
    case ENROLL_REVOKED: return ENROLL_STANDS_NEEDY;
    case ENROLL_NOT_YET_VALID:
    case ENROLL_HELD: break;
    }
    return ENROLL_STANDS_BLOCKED;
}

/* Damage is what a fresh generation cures; anything else is for a person. */
static enum enroll_stands stands_bad(const struct enroll_problem *problem)
{
    return problem->class == ENROLL_NOT_USABLE ? ENROLL_STANDS_DAMAGED
                                               : ENROLL_STANDS_BLOCKED;
}

/* A tool that asks for more than the profile does makes no emergency. */
static void find_times(const struct enroll_profile *profile, int profile_fd,
                       const struct enroll_look *look, time_t now,
                       struct enroll_standing *standing)
{
    struct enroll_times times;

    enroll_verdict_times(profile, profile_fd, look->generation, &times);
    standing->issued = times.issued;
    standing->not_after = times.not_after;
    standing->emergency_at = times.emergency_at;
    standing->deliverable = enroll_deliverable(enroll_judge(
        profile->name, look->generation, &look->verdict, now, -1, NULL));
    standing->urgent = !standing->deliverable || now >= times.emergency_at;
}

static enum enroll_stands judge(const struct enroll_profile *profile,
                                int profile_fd, long min_remaining,
                                struct enroll_standing *standing,
                                struct enroll_problem *problem)
{
    struct enroll_look look = {.generation = NULL};
    enum enroll_stands stands = ENROLL_STANDS_BLOCKED;
    time_t now = time(NULL);

    if (enroll_identity_look(profile_fd, profile->name, standing->number,
                             min_remaining, now, &look,
                             problem) != ENROLL_FOUND)
        return stands;
    find_times(profile, profile_fd, &look, now, standing);
    standing->complete =
        enroll_verdict_fresh(profile, profile_fd, look.generation) &&
        faccessat(profile_fd, "identity.pem", F_OK, 0) == 0;
    standing->check_due = enroll_deliverable(look.usability) &&
                          enroll_check_due(&look.verdict, now);
    stands = stands_of(look.usability);
    /* A look outside orders nothing by itself. */
    if (stands == ENROLL_STANDS_DUE && now < look.verdict.renew_at)
        stands = ENROLL_STANDS_GOOD;
    /* Refused by a tolerance that is not the profile's any more. */
    if (look.usability == ENROLL_NOT_YET_VALID && !standing->complete &&
        now >= look.generation->not_before - profile->clock_tolerance)
        stands = ENROLL_STANDS_GOOD;
    enroll_look_clear(&look);
    return stands;
}

/* Key and leaf belong together: digests can't tell that. */
static int pair_matches(const struct enroll_profile *profile, int profile_fd,
                        const struct enroll_generation *generation,
                        struct enroll_problem *problem)
{
    const struct enroll_custody *custody = enroll_custody_find(profile->key);
    struct enroll_chain chain = {.data = NULL};
    struct enroll_custody_key *key = NULL;
    const unsigned char *at = NULL;
    X509 *leaf = NULL;
    char reference[32];
    int ok;

    snprintf(reference, sizeof(reference), "generation:%lu",
             generation->number);
    ok = enroll_generation_chain(generation, &chain, problem) &&
         custody->open(profile, profile_fd, reference, &key, problem);
    if (ok) {
        at = chain.certificate[0];
        leaf = d2i_X509(NULL, &at, (long)chain.size[0]);
        ok = leaf != NULL &&
             EVP_PKEY_eq(X509_get0_pubkey(leaf), custody->public_key(key)) == 1;
    }
    if (!ok)
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "generation %lu is damaged: its key and its "
                           "certificate do not belong together",
                           generation->number);
    X509_free(leaf);
    custody->close(key);
    enroll_chain_clear(&chain);
    return ok;
}

static enum enroll_stands find(const struct enroll_profile *profile,
                               int profile_fd, long min_remaining,
                               unsigned long failed,
                               struct enroll_standing *standing,
                               struct enroll_problem *problem)
{
    struct enroll_generation *generation = NULL;
    enum enroll_found found =
        enroll_generation_current(profile_fd, &standing->number, problem);

    if (found == ENROLL_FOUND_MISSING) {
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "there is no certificate yet; run: enroll-hook "
                           "ready %s",
                           profile->name);
        return ENROLL_STANDS_NEEDY;
    }
    if (found == ENROLL_FOUND)
        found = enroll_generation_open(profile_fd, "the current generation",
                                       standing->number, &generation, problem);
    if (found == ENROLL_FOUND_MISSING)
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "generation %lu, the current one, is missing",
                           standing->number);
    if (found != ENROLL_FOUND)
        return stands_bad(problem);
    if (!enroll_generation_intact(generation, problem) ||
        (failed == standing->number &&
         !pair_matches(profile, profile_fd, generation, problem))) {
        enroll_generation_free(generation);
        return stands_bad(problem);
    }
    enroll_generation_free(generation);
    return judge(profile, profile_fd, min_remaining, standing, problem);
}

void enroll_standing_find(const struct enroll_profile *profile, int profile_fd,
                          long min_remaining, unsigned long failed,
                          struct enroll_standing *standing,
                          struct enroll_problem *problem)
{
    *standing = (struct enroll_standing){.urgent = 1};
    standing->stands =
        find(profile, profile_fd, min_remaining, failed, standing, problem);
    if (!enroll_stands_usable(standing->stands))
        enroll_problem_prefix(problem, profile->name);
}

int enroll_standing_reachable(const struct enroll_profile *profile,
                              const struct enroll_standing *standing,
                              long min_remaining,
                              struct enroll_problem *problem)
{
    char wanted[ENROLL_DURATION_TEXT], known[ENROLL_DURATION_TEXT];
    long longest = profile->max_validity;

    if (standing->not_after > standing->issued)
        longest = (long)(standing->not_after - standing->issued);
    if (min_remaining <= longest)
        return 1;
    return enroll_problem_set(
        problem, ENROLL_POLICY,
        "%s: %s of remaining validity is asked for, and certificates here "
        "are valid for %s at most, so nothing is ordered; ask for less",
        profile->name, enroll_duration_text(min_remaining, wanted),
        enroll_duration_text(longest, known));
}
