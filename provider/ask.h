/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question to the hook and its answer (core/wire.h). Blocks until the
 * answer or the deadline, whichever comes first.
 */
#ifndef ENROLL_PROVIDER_ASK_H
#define ENROLL_PROVIDER_ASK_H

#include "core/places.h"
#include "core/problem.h"
#include "provider/provider.h"

struct enroll_question {
    const char *op; /* "ready" or "renew" */
    const char *profile;
    const struct enroll_places *places;
    long min_remaining;   /* seconds, -1: none */
    unsigned long failed; /* a generation that could not be used, or 0 */
    int background;       /* a short deadline, and no word on stderr */
};

/* 1 if the hook's answer is ok, or 0 and *problem. Calls no libcrypto. */
int enroll_ask(const struct enroll_provider *provider,
               const struct enroll_question *question,
               struct enroll_problem *problem);

#endif
