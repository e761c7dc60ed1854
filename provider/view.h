/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at an identity and what follows from it. Reads only; no libcrypto
 * but its memory functions.
 */
#ifndef ENROLL_PROVIDER_VIEW_H
#define ENROLL_PROVIDER_VIEW_H

#include "core/identity.h"

enum enroll_prospect {
    ENROLL_DELIVERABLE,
    ENROLL_CURABLE, /* not deliverable; the hook may be able to help */
    ENROLL_HOPELESS /* nobody but a person can */
};

struct enroll_view {
    int profile_fd; /* -1: there is none */
    struct enroll_look look;
    unsigned long damaged; /* the number of a generation that is, or 0 */
};

/*
 * Looks at generation number (0: the current one) of state/profile. Unless it
 * is deliverable *problem is filled. *view is the caller's in any case.
 */
enum enroll_prospect enroll_view_open(const char *state, const char *profile,
                                      unsigned long number, long min_remaining,
                                      struct enroll_view *view,
                                      struct enroll_problem *problem);
void enroll_view_close(struct enroll_view *view);

/* What a failure to read says about the prospect: damage can be made good. */
enum enroll_prospect enroll_prospect_of(const struct enroll_problem *problem);

#endif
