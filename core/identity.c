/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast path: from a profile's name to a judged generation. Called by the
 * provider for every delivery and by the hook before it does anything.
 */
#include "core/identity.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum enroll_found enroll_identity_open(const char *state, const char *profile,
                                       int *profile_fd,
                                       struct enroll_problem *problem)
{
    char shown[4096];
    int root = -1;
    enum enroll_found found = enroll_trust_open_root(state, &root, problem);

    if (found == ENROLL_FOUND) {
        snprintf(shown, sizeof(shown), "%s/%s", state, profile);
        found =
            enroll_trust_open_dir(root, profile, shown, profile_fd, problem);
        close(root);
    }
    if (found == ENROLL_FOUND_BAD)
        enroll_problem_prefix(problem, profile);
    return found;
}

enum enroll_found enroll_identity_look(int profile_fd, const char *profile,
                                       unsigned long number, long min_remaining,
                                       time_t now, struct enroll_look *look,
                                       struct enroll_problem *problem)
{
    struct enroll_look result = {.generation = NULL};
    enum enroll_found found = enroll_generation_open(
        profile_fd, profile, number, &result.generation, problem);

    if (found == ENROLL_FOUND &&
        !enroll_verdict_load(profile_fd, result.generation, &result.verdict,
                             problem))
        found = ENROLL_FOUND_BAD;
    if (found != ENROLL_FOUND) {
        if (found == ENROLL_FOUND_BAD)
            enroll_problem_prefix(problem, profile);
        enroll_look_clear(&result);
        return found;
    }
    result.usability = enroll_judge(profile, result.generation, &result.verdict,
                                    now, min_remaining, problem);
    *look = result;
    return ENROLL_FOUND;
}

void enroll_look_clear(struct enroll_look *look)
{
    enroll_generation_free(look->generation);
    memset(look, 0, sizeof(*look));
}
