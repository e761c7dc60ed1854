/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The renewal that a signer starts in passing, after it has got what it wanted.
 */
#ifndef ENROLL_PROVIDER_RENEWAL_H
#define ENROLL_PROVIDER_RENEWAL_H

#include "provider/provider.h"

/*
 * Has the hook start a renewal of pin's profile in the background, unless one
 * runs, back-off says later, the state is not ours to write or this process
 * did so a moment ago. Never fails anybody. A hook that does not answer is
 * given two seconds, and two more to go.
 */
void enroll_renewal_start(struct enroll_provider *provider,
                          struct enroll_pin *pin);

#endif
