/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered on disk: back-off, orders, intent, verdict. */
#include <stdio.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/custody/file.h"
#include "hook/durable.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/budget.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/verdict.h"
#include "tests/hook/place.h"
#include "tests/unit/check.h"

#define NOW 1800000000L

static void note(const struct place *place, enum enroll_class class,
                 int contacted, long now)
{
    const struct enroll_problem last = {.class = class, .line = "release: no"};
    const struct enroll_failure failure = {.problem = &last,
                                           .contacted = contacted,
                                           .emergency_at = now + 90 * 86400};
    struct enroll_problem problem;

    CHECK(enroll_backoff_note(place->profile, place->profile_fd, &failure, now,
                              &problem));
}

static int allows(const struct place *place, long now, int background)
{
    struct enroll_problem problem = {.class = ENROLL_OK};

    return enroll_backoff_allows(place->profile, place->profile_fd, now,
                                 background, &problem);
}

static void failures_are_remembered(struct place *place)
{
    struct enroll_backoff backoff;
    struct enroll_problem problem;

    place_profile(place, "");
    CHECK(allows(place, NOW, 0) && allows(place, NOW, 1));
    note(place, ENROLL_UNREACHABLE, 1, NOW);
    note(place, ENROLL_UNREACHABLE, 1, NOW + 60);
    CHECK(enroll_backoff_load(place->profile, place->profile_fd, &backoff));
    CHECK(backoff.failures == 2 && backoff.since == NOW);
    CHECK(backoff.last.class == ENROLL_UNREACHABLE);
    /* 120 s and a quarter more or less. */
    CHECK(backoff.next >= NOW + 60 + 90 && backoff.next <= NOW + 60 + 150);
    CHECK(!allows(place, NOW + 61, 0) && !allows(place, NOW + 61, 1));
    CHECK(allows(place, NOW + 60 + 151, 0));
    CHECK(!enroll_backoff_allows(place->profile, place->profile_fd, NOW + 61, 0,
                                 &problem));
    CHECK(problem.class == ENROLL_UNREACHABLE);
    CHECK(strstr(problem.line, "enroll-hook renew release") != NULL);
    /* A clock that went back must not lock anybody out. */
    CHECK(allows(place, NOW - 10 * 86400, 0));
    note(place, ENROLL_UNREACHABLE, 1, NOW + 43200);
    CHECK(!allows(place, NOW + 43201, 0));
    CHECK(allows(place, NOW + 61, 0) && allows(place, NOW + 61, 1));
    CHECK(enroll_backoff_next(place->profile_fd, NOW + 43201) > NOW + 43201);
    CHECK(enroll_backoff_next(place->profile_fd, NOW + 61) == 0);
    /* A corrected profile starts afresh. */
    place_profile(place, "wait = 9m\n");
    CHECK(allows(place, NOW + 61, 0));
    note(place, ENROLL_UNREACHABLE, 1, NOW + 70);
    CHECK(enroll_backoff_load(place->profile, place->profile_fd, &backoff));
    CHECK(backoff.failures == 1);
    CHECK(enroll_backoff_clear(place->profile_fd, &problem));
    CHECK(!enroll_backoff_load(place->profile, place->profile_fd, &backoff));
}

/* Nobody was asked, or a person is: the next build may look again. */
static void some_failures_hold_up_the_background_only(struct place *place)
{
    struct enroll_problem problem;

    note(place, ENROLL_POLICY, 0, NOW);
    CHECK(allows(place, NOW + 1, 0) && !allows(place, NOW + 1, 1));
    note(place, ENROLL_PENDING, 1, NOW);
    CHECK(allows(place, NOW + 1, 0) && !allows(place, NOW + 1, 1));
    CHECK(enroll_backoff_clear(place->profile_fd, &problem));
}

static int budget(const struct place *place, long now)
{
    struct enroll_problem problem = {.class = ENROLL_OK};
    int ok =
        enroll_budget_allows(place->profile, place->profile_fd, now, &problem);

    CHECK(ok || (problem.class == ENROLL_POLICY &&
                 strstr(problem.line, "max-orders") != NULL));
    return ok;
}

static void spend(const struct place *place, long now)
{
    struct enroll_problem problem;

    CHECK(
        enroll_budget_spend(place->profile, place->profile_fd, now, &problem));
}

static void orders_are_counted(struct place *place)
{
    static const char ancient[] =
        "enroll-orders=1\nplaced=-9223372036854775808\nend\n";
    struct enroll_problem problem = {.class = ENROLL_OK};

    place_profile(place, "max-orders = 2/30d\n");
    CHECK(budget(place, NOW));
    spend(place, NOW);
    CHECK(budget(place, NOW + 1));
    spend(place, NOW + 86400);
    CHECK(!budget(place, NOW + 86401));
    CHECK(!budget(place, NOW + 30 * 86400 - 1));
    CHECK(budget(place, NOW + 30 * 86400));
    /* Placed by a clock that was ahead: it counts, and not for ever. */
    CHECK(!budget(place, NOW - 86400));
    CHECK(enroll_budget_refund(place->profile, place->profile_fd, NOW + 86401,
                               &problem));
    CHECK(budget(place, NOW + 86402));
    /* The last guard: what can't be read stops ordering. */
    CHECK(enroll_durable_write(place->profile_fd, "orders", 0600, "x", 1,
                               &problem));
    CHECK(!enroll_budget_allows(place->profile, place->profile_fd, NOW,
                                &problem));
    CHECK(problem.class == ENROLL_CONFIGURATION);
    CHECK(enroll_durable_write(place->profile_fd, "orders", 0600, ancient,
                               strlen(ancient), &problem));
    CHECK(!enroll_budget_allows(place->profile, place->profile_fd, NOW,
                                &problem));
    CHECK(enroll_durable_remove(place->profile_fd, "orders", &problem));
}

static mode_t mode_of(const struct place *place, const char *name)
{
    struct stat st;

    return fstatat(place->profile_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0
               ? st.st_mode & 07777
               : 0;
}

static void an_intent_survives_each_step(struct place *place)
{
    struct enroll_record *intent = NULL, *again = NULL;
    struct enroll_problem problem = {.class = ENROLL_OK};
    X509_REQ *csr = NULL;

    place_profile(place, "subject = O=Example,CN=Example\n");
    CHECK(enroll_intent_load(place->profile_fd, &intent, &problem) ==
          ENROLL_FOUND_MISSING);
    CHECK(enroll_intent_make(place->profile, place->profile_fd, 0, &intent,
                             &problem));
    CHECK(mode_of(place, "intent") == 0600);
    CHECK(mode_of(place, "intent.p8") == 0600);
    CHECK(strlen(enroll_record_get(intent, "client-order-id")) == 32);
    csr = enroll_intent_csr(intent, &problem);
    CHECK(csr != NULL && X509_REQ_verify(csr, X509_REQ_get0_pubkey(csr)) == 1);
    X509_REQ_free(csr);
    CHECK(enroll_intent_posted(place->profile_fd, intent, NOW, &problem));
    CHECK(enroll_intent_load(place->profile_fd, &again, &problem) ==
          ENROLL_FOUND);
    CHECK_STRING(enroll_record_get(again, "posted"), "1800000000");
    enroll_record_free(again);
    CHECK(enroll_intent_unposted(place->profile_fd, &intent, &problem));
    CHECK(enroll_record_get(intent, "posted") == NULL);
    CHECK(enroll_intent_ordered(place->profile_fd, intent, "1001", NOW,
                                &problem));
    CHECK(
        enroll_intent_set_aside(place->profile_fd, intent, "wrong", &problem));
    CHECK(mode_of(place, "intent") == 0 && mode_of(place, "intent.p8") == 0);
    enroll_record_free(intent);
    intent = NULL;
    CHECK(enroll_intent_restore(place->profile_fd, "1002", &intent, &problem) ==
          ENROLL_FOUND_MISSING);
    CHECK(enroll_intent_restore(place->profile_fd, "1001", &intent, &problem) ==
          ENROLL_FOUND);
    CHECK(mode_of(place, "intent") == 0600);
    CHECK(mode_of(place, "intent.p8") == 0600);
    CHECK(enroll_intent_drop(place->profile, place->profile_fd, intent,
                             &problem));
    CHECK(mode_of(place, "intent") == 0 && mode_of(place, "intent.p8") == 0);
    enroll_record_free(intent);
}

/* Two within one second, and killed in the middle of either step. */
static void no_key_of_a_failed_order_is_lost(struct place *place)
{
    struct enroll_record *intent = NULL;
    struct enroll_problem problem = {.class = ENROLL_OK};
    const char *const orders[] = {"1001", "1002"};

    for (int i = 0; i < 2; i++) {
        CHECK(enroll_intent_make(place->profile, place->profile_fd, 0, &intent,
                                 &problem));
        CHECK(enroll_intent_ordered(place->profile_fd, intent, orders[i], NOW,
                                    &problem));
        CHECK(enroll_intent_set_aside(place->profile_fd, intent, "wrong",
                                      &problem));
        enroll_record_free(intent);
        intent = NULL;
    }
    for (int i = 0; i < 2; i++) {
        X509_REQ *csr = NULL;
        struct enroll_custody_key *key = NULL;

        CHECK(enroll_intent_restore(place->profile_fd, orders[i], &intent,
                                    &problem) == ENROLL_FOUND);
        csr = enroll_intent_csr(intent, &problem);
        CHECK(enroll_custody_file.open(place->profile, place->profile_fd,
                                       enroll_record_get(intent, "key"), &key,
                                       &problem));
        CHECK(csr != NULL && key != NULL &&
              EVP_PKEY_eq(X509_REQ_get0_pubkey(csr),
                          enroll_custody_file.public_key(key)) == 1);
        enroll_custody_file.close(key);
        X509_REQ_free(csr);
        CHECK(enroll_intent_drop(place->profile, place->profile_fd, intent,
                                 &problem));
        enroll_record_free(intent);
        intent = NULL;
    }
}

static void a_damaged_intent_is_an_error(struct place *place)
{
    static const char *const texts[] = {"", "enroll-intent=1\n",
                                        "enroll-intent=1\nkey=x\nend\n",
                                        "enroll-intent=2\nend\n"};
    struct enroll_record *intent = NULL;
    struct enroll_problem problem = {.class = ENROLL_OK};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        CHECK(enroll_durable_write(place->profile_fd, "intent", 0600, texts[i],
                                   strlen(texts[i]), &problem));
        CHECK(enroll_intent_load(place->profile_fd, &intent, &problem) ==
              ENROLL_FOUND_BAD);
        CHECK(problem.class == ENROLL_CONFIGURATION);
    }
    CHECK(enroll_intent_remove(place->profile_fd, &problem));
}

static void revocations_outlive_new_times(struct place *place)
{
    struct enroll_generation generation = {
        .number = 7, .not_before = NOW, .not_after = NOW + 86400};
    struct enroll_verdict verdict;
    struct enroll_problem problem = {.class = ENROLL_OK};

    place_profile(place, "");
    generation.facts = enroll_record_new("enroll-facts");
    CHECK(enroll_verdict_revoke(place->profile_fd, 7, "superseded", NULL,
                                &problem));
    CHECK(
        !enroll_verdict_fresh(place->profile, place->profile_fd, &generation));
    CHECK(enroll_verdict_derive(place->profile, place->profile_fd, &generation,
                                &problem));
    CHECK(enroll_verdict_fresh(place->profile, place->profile_fd, &generation));
    CHECK(enroll_verdict_load(place->profile_fd, &generation, &verdict,
                              &problem));
    CHECK_STRING(verdict.revoked, "superseded");
    CHECK(enroll_verdict_revoked(place->profile_fd, 7));
    CHECK(!enroll_verdict_revoked(place->profile_fd, 8));
    /* It may have said "revoked": never written over. */
    CHECK(enroll_durable_write(place->profile_fd, "verdict", 0644, "x", 1,
                               &problem));
    CHECK(!enroll_verdict_derive(place->profile, place->profile_fd, &generation,
                                 &problem));
    CHECK(enroll_verdict_revoked(place->profile_fd, 8));
    enroll_record_free(generation.facts);
}

/* Years of certificates of a few days, each with a hint and most revoked. */
static void a_verdict_is_never_full(struct place *place)
{
    struct enroll_generation generation = {.not_before = NOW,
                                           .not_after = NOW + 86400};
    struct enroll_problem problem = {.class = ENROLL_OK};
    int ok = 1;

    place_profile(place, "");
    CHECK(unlinkat(place->profile_fd, "verdict", 0) == 0);
    generation.facts = enroll_record_new("enroll-facts");
    for (unsigned long i = 1; ok && i <= 600; i++) {
        generation.number = i;
        ok = enroll_verdict_derive(place->profile, place->profile_fd,
                                   &generation, &problem) &&
             enroll_verdict_hint(place->profile_fd, i, NOW + 1, &problem) &&
             (i % 3 == 0 ||
              enroll_verdict_revoke(place->profile_fd, i, "superseded",
                                    i < 100 && i % 10 == 0 ? "00" : NULL,
                                    &problem));
    }
    CHECK(ok);
    /* One that was restored from a backup is no better for it. */
    CHECK(enroll_verdict_revoked(place->profile_fd, 599));
    CHECK(enroll_verdict_revoked(place->profile_fd, 598));
    CHECK(enroll_verdict_revoked(place->profile_fd, 545));
    enroll_record_free(generation.facts);
}

int main(void)
{
    struct place place;

    place_make(&place);
    failures_are_remembered(&place);
    some_failures_hold_up_the_background_only(&place);
    orders_are_counted(&place);
    an_intent_survives_each_step(&place);
    no_key_of_a_failed_order_is_lost(&place);
    a_damaged_intent_is_an_error(&place);
    revocations_outlive_new_times(&place);
    a_verdict_is_never_full(&place);
    place_remove(&place);
    return CHECK_DONE();
}
