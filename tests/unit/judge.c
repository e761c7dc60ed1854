/* SPDX-License-Identifier: Apache-2.0 */
/* What a generation is good for, second by second around its edges. */
#include "core/judge.h"

#include "tests/unit/check.h"

static const struct enroll_generation generation = {
    .number = 7,
    .not_before = 1000,
    .not_after = 2000,
};

static enum enroll_usability judge(time_t now, long min_remaining)
{
    const struct enroll_verdict verdict = {
        .renew_at = 1600, .refuse_at = 1900, .valid_from = 990};
    struct enroll_problem problem = {.class = ENROLL_OK};
    enum enroll_usability usability = enroll_judge(
        "release", &generation, &verdict, now, min_remaining, &problem);

    /* A refusal always says why and begins with the profile. */
    CHECK(enroll_deliverable(usability) == (problem.class == ENROLL_OK));
    CHECK(enroll_deliverable(usability) ||
          strncmp(problem.line, "release: ", 9) == 0);
    return usability;
}

static void reasons_come_before_dates(void)
{
    struct enroll_verdict verdict = {
        .renew_at = 1600, .refuse_at = 1900, .hold = "change freeze"};
    struct enroll_problem problem;

    CHECK(enroll_judge("release", &generation, &verdict, 1500, -1, &problem) ==
          ENROLL_HELD);
    CHECK(strstr(problem.line, "change freeze") != NULL);
    CHECK(problem.class == ENROLL_POLICY);
    strcpy(verdict.revoked, "key compromise");
    CHECK(enroll_judge("release", &generation, &verdict, 1500, -1, &problem) ==
          ENROLL_REVOKED);
    CHECK(strstr(problem.line, "key compromise") != NULL);
}

/* Which of the two limits it is that was passed. */
static void names_the_limit(void)
{
    struct enroll_verdict verdict = {.renew_at = 1600, .refuse_at = 1900};
    struct enroll_problem problem;

    enroll_judge("release", &generation, &verdict, 1950, 10, &problem);
    CHECK(strstr(problem.line, "the profile's min-remaining") != NULL);
    enroll_judge("release", &generation, &verdict, 1800, 300, &problem);
    CHECK(strstr(problem.line, "less than the 5m asked for") != NULL);
}

/* A look outside is due like a renewal; 0 is no time for it. */
static void a_look_can_be_due(void)
{
    struct enroll_verdict verdict = {
        .renew_at = 1600, .refuse_at = 1900, .check_at = 1200};
    struct enroll_problem problem;

    CHECK(enroll_judge("release", &generation, &verdict, 1199, -1, &problem) ==
          ENROLL_USABLE);
    CHECK(enroll_judge("release", &generation, &verdict, 1200, -1, &problem) ==
          ENROLL_RENEWABLE);
    CHECK(enroll_check_due(&verdict, 1200));
    verdict.check_noted = 1100; /* by a clock that was ahead */
    CHECK(enroll_check_due(&verdict, 1099));
    CHECK(!enroll_check_due(&verdict, 1100));
    verdict.check_at = 0;
    CHECK(!enroll_check_due(&verdict, 1200));
}

int main(void)
{
    CHECK(judge(989, -1) == ENROLL_NOT_YET_VALID);
    CHECK(judge(990, -1) == ENROLL_USABLE); /* clocks differ a little */
    CHECK(judge(1000, -1) == ENROLL_USABLE);
    CHECK(judge(1599, -1) == ENROLL_USABLE);
    CHECK(judge(1600, -1) == ENROLL_RENEWABLE);
    CHECK(judge(1899, -1) == ENROLL_RENEWABLE);
    CHECK(judge(1900, -1) == ENROLL_RUNNING_OUT);
    CHECK(judge(2000, -1) == ENROLL_RUNNING_OUT);
    CHECK(judge(2001, -1) == ENROLL_EXPIRED);
    CHECK(judge(1500, 500) == ENROLL_USABLE);
    CHECK(judge(1501, 500) == ENROLL_RUNNING_OUT);
    CHECK(judge(1500, 0) == ENROLL_USABLE);
    reasons_come_before_dates();
    names_the_limit();
    a_look_can_be_due();
    return CHECK_DONE();
}
