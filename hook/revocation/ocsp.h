/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP (RFC 6960), as far as one certificate is concerned.
 */
#ifndef ENROLL_HOOK_REVOCATION_OCSP_H
#define ENROLL_HOOK_REVOCATION_OCSP_H

#include <openssl/ocsp.h>

#include "hook/revocation/result.h"

/* With a nonce; the caller's: OCSP_REQUEST_free. NULL: out of memory. */
OCSP_REQUEST *enroll_ocsp_request(X509 *leaf, X509 *issuer);

/*
 * Judges an answer to request: signed by the issuer or by a responder that it
 * appointed (id-kp-OCSPSigning), fresh, and about that certificate. An answer
 * without nonce will do: most are made in advance.
 */
void enroll_ocsp_judge(const void *data, size_t length, OCSP_REQUEST *request,
                       const struct enroll_revocation_of *of,
                       struct enroll_revocation_result *result);

#endif
