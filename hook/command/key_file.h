/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private key that a person brings along.
 */
#ifndef ENROLL_HOOK_COMMAND_KEY_FILE_H
#define ENROLL_HOOK_COMMAND_KEY_FILE_H

#include <openssl/evp.h>

#include "core/problem.h"

/*
 * PEM or DER; an encrypted one asks for its passphrase, on a terminal only.
 * The caller's: EVP_PKEY_free; NULL and *problem (class key).
 */
EVP_PKEY *enroll_key_file_read(const char *path,
                               struct enroll_problem *problem);

#endif
