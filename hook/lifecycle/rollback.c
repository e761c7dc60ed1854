/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rolls back. Called by the command of that name; repair.c and the reports
 * look at its marks.
 */
#include "hook/lifecycle/rollback.h"

#include <stdio.h>
#include <string.h>

#include "core/identity.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/stages.h"
#include "hook/lifecycle/standing.h"
#include "hook/lifecycle/verdict.h"

#define LIST_TEXT 64 /* of the generations that would do */

static void mark_name(unsigned long number, char name[48])
{
    snprintf(name, 48, "rolled-back.%lu", number);
}

time_t enroll_rolled_back(int profile_fd, unsigned long number)
{
    struct enroll_record *record = NULL;
    char name[48];
    long when = 0;

    if (!enroll_verdict_read(profile_fd, &record, NULL))
        return 0;
    mark_name(number, name);
    enroll_record_get_long(record, name, &when);
    enroll_record_free(record);
    return (time_t)when;
}

/* left gets its mark, to loses one that it may have. */
static int mark(int profile_fd, unsigned long left, unsigned long to,
                struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    char name[48];
    int ok;

    if (!enroll_verdict_read(profile_fd, &record, problem))
        return 0;
    mark_name(to, name);
    enroll_record_remove(record, name);
    mark_name(left, name);
    ok = enroll_record_set(record, name, "%lld", (long long)time(NULL));
    ok = enroll_verdict_write(profile_fd, record, ok, problem);
    enroll_record_free(record);
    return ok;
}

/* 1 if a tool could be given it now; else *problem. */
static int usable(const struct enroll_profile *profile, int profile_fd,
                  unsigned long number, struct enroll_problem *problem)
{
    struct enroll_look look = {.generation = NULL};
    enum enroll_found found = enroll_identity_look(
        profile_fd, profile->name, number, -1, time(NULL), &look, problem);
    int ok;

    if (found == ENROLL_FOUND_MISSING)
        return enroll_problem_set(problem, ENROLL_NOT_USABLE,
                                  "it is not there (any more)");
    if (found == ENROLL_FOUND_BAD)
        return 0;
    ok = enroll_deliverable(look.usability) &&
         enroll_generation_intact(look.generation, problem);
    enroll_look_clear(&look);
    return ok;
}

/* Those that would do, "5, 4", newest first; earlier: than the current one. */
static unsigned long find_usable(const struct enroll_profile *profile,
                                 int profile_fd, unsigned long current,
                                 char list[LIST_TEXT])
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED], newest = 0;
    size_t count =
        enroll_generations_list(profile_fd, numbers, ENROLL_GENERATIONS_LISTED);
    struct enroll_problem ignored;
    size_t used = 0;

    list[0] = '\0';
    for (size_t i = 0; i < count && used < LIST_TEXT; i++) {
        if (numbers[i] >= current ||
            enroll_rolled_back(profile_fd, numbers[i]) != 0 ||
            !usable(profile, profile_fd, numbers[i], &ignored))
            continue;
        if (newest == 0)
            newest = numbers[i];
        used += (size_t)snprintf(list + used, LIST_TEXT - used, "%s%lu",
                                 used > 0 ? ", " : "", numbers[i]);
    }
    return newest;
}

/* Without the profile's name, which stands in front of the whole. */
static const char *reason(const struct enroll_profile *profile,
                          const struct enroll_problem *problem)
{
    size_t length = strlen(profile->name);

    return strncmp(problem->line, profile->name, length) == 0 &&
                   strncmp(problem->line + length, ": ", 2) == 0
               ? problem->line + length + 2
               : problem->line;
}

static int refuse(const struct enroll_profile *profile, unsigned long to,
                  unsigned long other, const char *list,
                  struct enroll_problem *problem)
{
    char why[400], remedy[256];

    snprintf(why, sizeof(why), "%.399s",
             to == 0 ? "no earlier one can be used" : reason(profile, problem));
    if (other != 0)
        snprintf(remedy, sizeof(remedy),
                 "these would do: %s; run: enroll-hook rollback %s --to %lu",
                 list, profile->name, other);
    else
        snprintf(remedy, sizeof(remedy),
                 "none of those kept would do; see enroll-hook history %s, or "
                 "run: enroll-hook renew %s",
                 profile->name, profile->name);
    return enroll_problem_set(
        problem, ENROLL_NOT_USABLE, "%s: not rolled back%s: %s (%s)",
        profile->name, to == 0 ? "" : " to that generation", why, remedy);
}

static int choose(const struct enroll_profile *profile, int profile_fd,
                  unsigned long current, unsigned long *to,
                  struct enroll_problem *problem)
{
    char list[LIST_TEXT];
    unsigned long newest = find_usable(profile, profile_fd, current, list),
                  wanted = *to;

    if (wanted == current)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "%s: generation %lu is the current one",
                                  profile->name, current);
    *to = wanted == 0 ? newest : wanted;
    if (*to != 0 && usable(profile, profile_fd, *to, problem))
        return 1;
    return refuse(profile, wanted, newest, list, problem);
}

int enroll_rollback(const struct enroll_profile *profile, int profile_fd,
                    unsigned long to, unsigned long *number,
                    unsigned long *left, struct enroll_problem *problem)
{
    unsigned long current = 0;

    if (!enroll_stages_settle(profile, profile_fd, problem))
        return 0;
    switch (enroll_generation_current(profile_fd, &current, problem)) {
    case ENROLL_FOUND: break;
    case ENROLL_FOUND_BAD: return 0;
    case ENROLL_FOUND_MISSING:
        return enroll_problem_set(problem, ENROLL_NOT_USABLE,
                                  "%s: there is no certificate yet; run: "
                                  "enroll-hook ready %s",
                                  profile->name, profile->name);
    }
    if (!choose(profile, profile_fd, current, &to, problem) ||
        !mark(profile_fd, current, to, problem) ||
        !enroll_stages_publish(profile, profile_fd, to, problem))
        return 0;
    *left = current;
    *number = to;
    return 1;
}
