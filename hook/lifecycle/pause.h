/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sleeping; every caller has a deadline of its own.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_PAUSE_H
#define ENROLL_HOOK_LIFECYCLE_PAUSE_H

void enroll_pause_ms(long milliseconds);

#endif
