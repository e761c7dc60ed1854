/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate revocation lists of the manager's authorities (RFC 5280
 * section 5, CSBR 4.9.7 and 7.2).
 */
#ifndef MANAGER_CRL_H
#define MANAGER_CRL_H

#include <stddef.h>

#include "authority.h"

struct manager;

/* The current CRL of that authority as DER in a new buffer. 1 or 0. */
int crl_current(struct manager *m, enum ca_role role, unsigned char **der,
                int *length);

/* A reason by its RFC 5280 name (keyCompromise); -1 for none such. */
int crl_reason(const char *name);

#endif
