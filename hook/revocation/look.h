/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether certificates are revoked: OCSP first, and where that gives nothing
 * the list, at the addresses that the certificate names. Several of one issuer
 * share a list.
 */
#ifndef ENROLL_HOOK_REVOCATION_LOOK_H
#define ENROLL_HOOK_REVOCATION_LOOK_H

#include "hook/profile.h"
#include "hook/revocation/result.h"

struct enroll_looker;

/*
 * profile: proxy and ca-file. deadline: CLOCK_MONOTONIC milliseconds, for all
 * that is asked. NULL: out of memory.
 */
struct enroll_looker *enroll_looker_new(const struct enroll_profile *profile,
                                        long long deadline);
void enroll_looker_free(struct enroll_looker *looker);

void enroll_looker_ask(struct enroll_looker *looker,
                       const struct enroll_revocation_of *of,
                       struct enroll_revocation_result *result);

#endif
