/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists (RFC 5280, section 5), as far as one certificate is
 * concerned.
 */
#ifndef ENROLL_HOOK_REVOCATION_CRL_H
#define ENROLL_HOOK_REVOCATION_CRL_H

#include "hook/revocation/result.h"

/*
 * Judges a list, in DER or PEM: the issuer's own, fresh, complete. One that is
 * a delta, indirect, or covers some reasons only makes for UNKNOWN.
 */
void enroll_crl_judge(const void *data, size_t length,
                      const struct enroll_revocation_of *of,
                      struct enroll_revocation_result *result);

#endif
