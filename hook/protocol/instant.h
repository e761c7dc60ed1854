/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points in time as managers and people write them.
 */
#ifndef ENROLL_HOOK_PROTOCOL_INSTANT_H
#define ENROLL_HOOK_PROTOCOL_INSTANT_H

#include <time.h>

/*
 * RFC 3339 ("2026-11-22T15:04:05Z", with fractions and offsets, which count),
 * or a day, "2026-11-22", which begins in UTC. 1, or 0 with *at untouched.
 */
int enroll_instant_parse(const char *text, time_t *at);

#endif
