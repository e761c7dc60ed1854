/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The digest of a file, for the journal.
 */
#ifndef ENROLL_HOOK_SIGN_DIGEST_H
#define ENROLL_HOOK_SIGN_DIGEST_H

#include "core/generation.h"

/* Lower-case hex SHA-256 of what is in path; "" where it can't be read. */
void enroll_file_digest(const char *path, char hex[ENROLL_SHA256_HEX]);

#endif
