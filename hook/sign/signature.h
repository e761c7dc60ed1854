/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Authenticode signature: PKCS#7 SignedData over SpcIndirectDataContent,
 * with an RFC 3161 token as unsigned attribute 1.3.6.1.4.1.311.3.3.1. What is
 * read here comes out of files others may have made; all of it is parsed by
 * libcrypto.
 */
#ifndef ENROLL_HOOK_SIGN_SIGNATURE_H
#define ENROLL_HOOK_SIGN_SIGNATURE_H

#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "core/problem.h"

/* From a PEM file; NULL if it holds no PKCS#7 with exactly one signer. */
PKCS7 *enroll_signature_from_pem(const char *path);
/* The same from a file that is nothing else, in DER: a catalogue (.cat). */
PKCS7 *enroll_signature_from_der(const char *path);

/* The signer's certificate, borrowed; NULL if it is not in there. */
X509 *enroll_signature_signer(PKCS7 *signature);

/*
 * 1 if the signature over its own content is the signer's. Says nothing about
 * the file around it (osslsigncode verifies that), the chain or the time.
 */
int enroll_signature_valid(PKCS7 *signature);

/* The signature value, which is what a time stamp covers. Borrowed. */
const unsigned char *enroll_signature_value(PKCS7 *signature, size_t *length);

/* The RFC 3161 token, the caller's; NULL if there is none, or more than one. */
PKCS7 *enroll_signature_token(PKCS7 *signature);

/* Adds a token as the unsigned attribute. 1, or 0. */
int enroll_signature_add_token(PKCS7 *signature, PKCS7 *token);

/* To a new file (0600), as PEM or DER. 1, or 0 and *problem. */
int enroll_signature_write(PKCS7 *signature, int pem, const char *path,
                           struct enroll_problem *problem);

#endif
