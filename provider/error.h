/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a failure reaches people: on OpenSSL's error queue, and as one line on
 * standard error, because osslsigncode 2.9 and others swallow the queue.
 */
#ifndef ENROLL_PROVIDER_ERROR_H
#define ENROLL_PROVIDER_ERROR_H

#include "core/problem.h"
#include "provider/provider.h"

/* Reason codes on the queue are 100 + class, off OpenSSL's common ones. */
extern const OSSL_ITEM enroll_reason_strings[];

/* Puts problem on the queue. */
void enroll_raise(const struct enroll_provider *provider,
                  const struct enroll_problem *problem);

/*
 * "enroll: LINE" on standard error if that was open when we were loaded.
 * Neither a reader who went away nor one who never reads can stop the host.
 */
void enroll_say(const struct enroll_provider *provider, const char *line);

/* Both. Returns 0. */
int enroll_refuse(const struct enroll_provider *provider,
                  const struct enroll_problem *problem);

#endif
