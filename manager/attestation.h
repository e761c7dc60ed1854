/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key attestation as far as a stand-in can look at it.
 */
#ifndef MANAGER_ATTESTATION_H
#define MANAGER_ATTESTATION_H

#include <openssl/evp.h>

struct refusal;

/*
 * Does the evidence speak of this key? Known for YUBIKEY only; whatever else
 * there is has to be base64. Returns 1, or 0 with the reason.
 */
int attestation_check(const char *hsm_type, const char *attestation,
                      EVP_PKEY *key, struct refusal *why);

#endif
