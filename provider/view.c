/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at identities. Called by handout.c for every delivery and by ensure.c
 * while the provider is loaded. State that is not to be trusted is hopeless:
 * whoever can write it could also answer for the hook.
 */
#include "provider/view.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum enroll_prospect enroll_prospect_of(const struct enroll_problem *problem)
{
    return problem->class == ENROLL_NOT_USABLE ? ENROLL_CURABLE
                                               : ENROLL_HOPELESS;
}

static enum enroll_prospect missing(const char *state, const char *profile,
                                    unsigned long number,
                                    struct enroll_problem *problem)
{
    if (number == 0)
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: there is no certificate yet in %s; run: "
                           "enroll-hook ready %s",
                           profile, state, profile);
    else
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: generation %lu is no longer in %s; use the "
                           "identity file that lies there now",
                           profile, number, state);
    return ENROLL_CURABLE;
}

static enum enroll_prospect judged(enum enroll_usability usability)
{
    if (enroll_deliverable(usability))
        return ENROLL_DELIVERABLE;
    return usability == ENROLL_HELD || usability == ENROLL_NOT_YET_VALID
               ? ENROLL_HOPELESS
               : ENROLL_CURABLE;
}

enum enroll_prospect enroll_view_open(const char *state, const char *profile,
                                      unsigned long number, long min_remaining,
                                      struct enroll_view *view,
                                      struct enroll_problem *problem)
{
    enum enroll_found found;

    memset(view, 0, sizeof(*view));
    view->profile_fd = -1;
    found = enroll_identity_open(state, profile, &view->profile_fd, problem);
    if (found == ENROLL_FOUND_BAD)
        return ENROLL_HOPELESS;
    if (found == ENROLL_FOUND)
        found = enroll_identity_look(view->profile_fd, profile, number,
                                     min_remaining, time(NULL), &view->look,
                                     problem);
    if (found == ENROLL_FOUND_MISSING)
        return missing(state, profile, number, problem);
    if (found == ENROLL_FOUND)
        return judged(view->look.usability);
    if (number == 0)
        enroll_generation_current(view->profile_fd, &number, NULL);
    view->damaged = number;
    return enroll_prospect_of(problem);
}

void enroll_view_close(struct enroll_view *view)
{
    enroll_look_clear(&view->look);
    if (view->profile_fd >= 0)
        close(view->profile_fd);
    view->profile_fd = -1;
}
