/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks whether generations are revoked, and keeps what was found in the
 * verdict. Called by work.c under the lock, and by revoke.
 */
#include "hook/lifecycle/revocation.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "core/wire.h"
#include "hook/lifecycle/date.h"
#include "hook/lifecycle/hint.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/verdict.h"
#include "hook/revocation/look.h"

#define LOOK_MS     25000LL /* for all generations together */
#define FIRST_RETRY 300L

struct look {
    const struct enroll_profile *profile;
    int profile_fd;
    struct enroll_looker *looker;
    unsigned long current;
    struct enroll_check check; /* of the current one */
    time_t now;
    int revoked; /* how many */
};

/* ----- stopping ----- */

static int stop_same_key(int profile_fd, const char *key, const char *reason,
                         struct enroll_problem *problem)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED];
    size_t count =
        enroll_generations_list(profile_fd, numbers, ENROLL_GENERATIONS_LISTED);
    int ok = 1;

    for (size_t i = 0; ok && i < count; i++) {
        struct enroll_generation *each = NULL;
        const char *its = NULL;

        if (enroll_generation_open(profile_fd, "a generation", numbers[i],
                                   &each, NULL) != ENROLL_FOUND)
            continue;
        its = enroll_record_get(each->facts, "spki-sha256");
        if (its != NULL && strcmp(its, key) == 0)
            ok = enroll_verdict_revoke(profile_fd, numbers[i], reason, NULL,
                                       problem);
        enroll_generation_free(each);
    }
    return ok;
}

int enroll_revocation_stop(int profile_fd,
                           const struct enroll_generation *generation,
                           const char *reason, int compromised,
                           struct enroll_problem *problem)
{
    const char *key = enroll_record_get(generation->facts, "spki-sha256");

    return enroll_verdict_revoke(profile_fd, generation->number, reason,
                                 compromised ? key : NULL, problem) &&
           (!compromised || key == NULL ||
            stop_same_key(profile_fd, key, reason, problem));
}

int enroll_revocation_may_order(const struct enroll_profile *profile,
                                int profile_fd, unsigned long number,
                                struct enroll_problem *problem)
{
    if (!profile->hold_if_revoked || number == 0 ||
        !enroll_verdict_revoked(profile_fd, number))
        return 1;
    return enroll_problem_set(problem, ENROLL_NOT_USABLE,
                              "%.700s; nothing is ordered before a person has "
                              "looked into it and does that: on-revoked = hold",
                              problem->line);
}

int enroll_revocation_newest_may_order(const struct enroll_profile *profile,
                                       int profile_fd,
                                       struct enroll_problem *problem)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED];

    if (enroll_generations_list(profile_fd, numbers,
                                ENROLL_GENERATIONS_LISTED) == 0)
        return 1;
    enroll_problem_set(problem, ENROLL_NOT_USABLE,
                       "generation %lu, the newest one, is revoked; see "
                       "enroll-hook history %s, and run: enroll-hook renew %s",
                       numbers[0], profile->name, profile->name);
    return enroll_revocation_may_order(profile, profile_fd, numbers[0],
                                       problem);
}

/* ----- what is on disk ----- */

static X509 *decode(const struct enroll_chain *chain, size_t i)
{
    const unsigned char *at = chain->certificate[i];

    return d2i_X509(NULL, &at, (long)chain->size[i]);
}

/* One that was left out of the chain may be among the anchors. */
static X509 *issuer_from_anchor(const struct enroll_profile *profile,
                                X509 *leaf)
{
    BIO *file =
        profile->anchor == NULL ? NULL : BIO_new_file(profile->anchor, "r");
    X509 *each = NULL;

    while (file != NULL &&
           (each = PEM_read_bio_X509(file, NULL, NULL, NULL)) != NULL &&
           X509_check_issued(each, leaf) != X509_V_OK) {
        X509_free(each);
        each = NULL;
    }
    BIO_free(file);
    ERR_clear_error();
    return each;
}

static int read_pair(const struct look *look,
                     const struct enroll_generation *generation,
                     struct enroll_revocation_of *of)
{
    struct enroll_chain chain = {.data = NULL};

    if (!enroll_generation_chain(generation, &chain, NULL))
        return 0;
    of->leaf = decode(&chain, 0);
    if (chain.count > 1)
        of->issuer = decode(&chain, 1);
    else if (of->leaf != NULL)
        of->issuer = issuer_from_anchor(look->profile, of->leaf);
    enroll_chain_clear(&chain);
    return of->leaf != NULL && of->issuer != NULL;
}

/* ----- looking ----- */

/* Back-off of its own, since a tool is waiting for none of this. */
static time_t retry_at(const struct look *look)
{
    long delay = FIRST_RETRY;

    for (long i = 0; i < look->check.failures && i < 16; i++)
        delay *= 2;
    if (delay > look->profile->revocation_check)
        delay = look->profile->revocation_check;
    return look->now + delay;
}

static void found_unknown(struct look *look,
                          const struct enroll_revocation_result *result)
{
    snprintf(look->check.line, sizeof(look->check.line), "unknown: %s",
             result->why);
    look->check.check_at = retry_at(look);
    look->check.failures++;
}

static void found_good(struct look *look,
                       const struct enroll_revocation_result *result)
{
    look->check.checked_at = look->now;
    look->check.check_at = look->now + look->profile->revocation_check;
    look->check.failures = 0;
    if (result->status == ENROLL_REVOCATION_NOWHERE)
        strcpy(look->check.line, "the certificate names nobody to ask");
    else
        snprintf(look->check.line, sizeof(look->check.line), "%s (%s)",
                 result->status == ENROLL_REVOCATION_GOOD ? "good" : "revoked",
                 result->source);
}

static void found_revoked(struct look *look,
                          const struct enroll_generation *generation,
                          const struct enroll_revocation_result *result)
{
    char reason[200], seen[ENROLL_DATE_TEXT];
    struct enroll_problem ignored;

    snprintf(reason, sizeof(reason), "%s, since %s; seen %s by %s",
             enroll_revocation_reason(result->reason), result->date,
             enroll_date_text(look->now, seen), result->source);
    if (enroll_revocation_stop(look->profile_fd, generation, reason,
                               result->reason == ENROLL_REVOCATION_COMPROMISE,
                               &ignored))
        look->revoked++;
}

static void look_at(struct look *look,
                    const struct enroll_generation *generation)
{
    struct enroll_revocation_of of = {
        .now = look->now, .tolerance = look->profile->clock_tolerance};
    struct enroll_revocation_result result;

    if (read_pair(look, generation, &of))
        enroll_looker_ask(look->looker, &of, &result);
    else
        enroll_revocation_unknown(&result, "its issuer's certificate is not "
                                           "there");
    if (result.status == ENROLL_REVOCATION_REVOKED)
        found_revoked(look, generation, &result);
    if (generation->number == look->current) {
        if (result.status == ENROLL_REVOCATION_UNKNOWN)
            found_unknown(look, &result);
        else
            found_good(look, &result);
    }
    X509_free(of.leaf);
    X509_free(of.issuer);
}

/* The current one first: time may not do for all. */
static void look_at_all(struct look *look)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED + 1];
    size_t count = 1 + enroll_generations_list(look->profile_fd, numbers + 1,
                                               ENROLL_GENERATIONS_LISTED);

    numbers[0] = look->current;
    for (size_t i = 0; i < count; i++) {
        struct enroll_generation *each = NULL;

        if ((i > 0 && numbers[i] == look->current) ||
            enroll_verdict_revoked(look->profile_fd, numbers[i]) ||
            enroll_generation_open(look->profile_fd, "a generation", numbers[i],
                                   &each, NULL) != ENROLL_FOUND)
            continue;
        if (look->now <= each->not_after)
            look_at(look, each);
        if (numbers[i] == look->current)
            enroll_hint_fetch(look->profile, look->profile_fd, each);
        enroll_generation_free(each);
    }
}

/* Durably put off, whatever becomes of us now. */
static int begin(struct look *look)
{
    const struct enroll_profile *profile = look->profile;
    struct enroll_problem ignored;

    if (profile->revocation_check == 0 ||
        !enroll_verdict_check(look->profile_fd, &look->check) ||
        enroll_generation_current(look->profile_fd, &look->current, NULL) !=
            ENROLL_FOUND)
        return 0;
    look->check.check_at = retry_at(look);
    return enroll_verdict_checked(look->profile_fd, &look->check, &ignored);
}

int enroll_revocation_look(const struct enroll_profile *profile, int profile_fd)
{
    struct look look = {
        .profile = profile, .profile_fd = profile_fd, .now = time(NULL)};
    struct enroll_problem ignored;

    if (!begin(&look))
        return 0;
    look.looker = enroll_looker_new(profile, enroll_monotonic_ms() + LOOK_MS);
    if (look.looker == NULL)
        return 0;
    look_at_all(&look);
    enroll_looker_free(look.looker);
    enroll_verdict_checked(profile_fd, &look.check, &ignored);
    return look.revoked > 0;
}
