/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Renewal hints: when a client is to renew a certificate, earlier or later
 * than it would by itself. OURS, in the spirit of RFC 9773 (ACME Renewal
 * Information); SCM has no such thing.
 */
#ifndef MANAGER_HINTS_H
#define MANAGER_HINTS_H

#include <stdint.h>

struct database;

struct hint {
    int64_t renew_at; /* seconds since the epoch, 0: none */
    char *reason;     /* NULL: none */
};

/* 1 and the hint (renew_at 0 if there is none; hint_clear() it), or 0. */
int hint_load(struct database *db, int64_t order, struct hint *out);
void hint_clear(struct hint *hint);

/*
 * Sets it for an Issued order, or for all of them (order 0); renew_at 0 takes
 * it back. Returns how many orders it is set for, or -1.
 */
int hint_set(struct database *db, int64_t order, const struct hint *hint);

#endif
