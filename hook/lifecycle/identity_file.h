/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What identity.pem contains: the block that stands for the key of one
 * generation, then certificates.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_IDENTITY_FILE_H
#define ENROLL_HOOK_LIFECYCLE_IDENTITY_FILE_H

#include "core/generation.h"

/*
 * The block names generation number; then come the leaf of first, for tools
 * that take the first certificate, the leaf of second (NULL: none), and the
 * intermediates of both, none twice. 1 and *pem (OPENSSL_free), or 0.
 */
int enroll_identity_file(const char *profile, unsigned long number,
                         const struct enroll_chain *first,
                         const struct enroll_chain *second, char **pem,
                         size_t *length);

#endif
