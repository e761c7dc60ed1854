/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Custody `file`: the key is a DER PrivateKeyInfo (RFC 5958), readable by its
 * owner, and where the profile says so by one group.
 *
 *   "file:intent.p8"   belongs to the intent
 *   "generation:7"     key.p8 of that generation
 */
#ifndef ENROLL_HOOK_CUSTODY_FILE_H
#define ENROLL_HOOK_CUSTODY_FILE_H

#include "hook/custody/custody.h"

#define ENROLL_INTENT_KEY_FILE "intent.p8"
#define ENROLL_INTENT_KEY      "file:" ENROLL_INTENT_KEY_FILE

extern const struct enroll_custody enroll_custody_file;

/* Takes over a key that was made elsewhere, as ENROLL_INTENT_KEY. */
int enroll_custody_file_adopt(int profile_fd, const EVP_PKEY *pkey,
                              struct enroll_problem *problem);

#endif
