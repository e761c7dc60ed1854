/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of check. Each looks at one side of an installation and adds what
 * it finds; none changes anything.
 */
#ifndef ENROLL_HOOK_COMMAND_CHECK_H
#define ENROLL_HOOK_COMMAND_CHECK_H

#include "core/places.h"
#include "hook/command/finding.h"
#include "hook/config.h"
#include "hook/profile.h"

/* openssl.cnf in effect, the provider module, osslsigncode. */
void enroll_check_tools(struct enroll_findings *findings,
                        const struct enroll_places *places);

/* The provider's section in it; config: NULL if it could not be loaded. */
void enroll_check_section(struct enroll_findings *findings,
                          const struct enroll_config *config);

/* Secret, state folder, identity, and what shadows it, of one profile. */
void enroll_check_profile(struct enroll_findings *findings,
                          const struct enroll_profile *profile);

/*
 * 0 if this user may not write the state: somebody else renews, and the secret
 * and the manager are theirs.
 */
int enroll_check_renews(const struct enroll_profile *profile);

/* Manager, clock and time-stamp authorities of one profile. */
void enroll_check_network(struct enroll_findings *findings,
                          const struct enroll_profile *profile);

#endif
