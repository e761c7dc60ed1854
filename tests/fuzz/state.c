/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other records of the state folder, through those who load them: verdict,
 * backoff, intent and orders. The input's own kind says which it is.
 */
#include <openssl/x509.h>

#include "core/judge.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/budget.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/verdict.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static const time_t now = 1795392000;

static void verdict(const struct enroll_profile *profile, int fd)
{
    const struct enroll_generation generation = {
        .number = 7, .not_before = now - 9, .not_after = now + 9999999};
    struct enroll_verdict verdict;
    struct enroll_problem problem;

    if (!enroll_verdict_load(fd, &generation, &verdict, &problem))
        return;
    for (long left = -1; left < 2000000; left += 1000000)
        if (enroll_deliverable(enroll_judge("release", &generation, &verdict,
                                            now, left, &problem)))
            REQUIRE(verdict.hold[0] == '\0' && verdict.revoked[0] == '\0');
    enroll_verdict_fresh(profile, fd, &generation);
    enroll_verdict_open(fd, &problem);
    REQUIRE(verdict.revoked[0] == '\0' || enroll_verdict_revoked(fd, 7));
}

static void backoff(const struct enroll_profile *profile, int fd)
{
    struct enroll_problem problem = {0};
    const struct enroll_failure failure = {.problem = &problem, .contacted = 1};

    enroll_backoff_next(fd, now);
    for (int background = 0; background < 2; background++)
        if (!enroll_backoff_allows(profile, fd, now, background, &problem))
            REQUIRE(fuzz_is_line(problem.line));
    enroll_problem_set(&problem, ENROLL_UNREACHABLE, "unreachable");
    REQUIRE(enroll_backoff_note(profile, fd, &failure, now, &problem));
    REQUIRE(enroll_backoff_next(fd, now) > now);
}

static void intent(const struct enroll_profile *profile, int fd)
{
    struct enroll_record *record = NULL;
    struct enroll_problem problem;

    (void)profile;
    if (enroll_intent_load(fd, &record, &problem) == ENROLL_FOUND)
        X509_REQ_free(enroll_intent_csr(record, &problem));
    enroll_record_free(record);
}

static void orders(const struct enroll_profile *profile, int fd)
{
    struct enroll_problem problem;

    if (enroll_budget_allows(profile, fd, now, &problem))
        REQUIRE(enroll_budget_spend(profile, fd, now, &problem));
    enroll_budget_refund(profile, fd, now, &problem);
}

static const struct fuzz_kind kinds[] = {
    {"enroll-verdict=", "verdict", verdict},
    {"enroll-backoff=", "backoff", backoff},
    {"enroll-intent=", "intent", intent},
    {"enroll-orders=", "orders", orders},
    {NULL, NULL, NULL}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_as(kinds, data, size);
    return 0;
}
