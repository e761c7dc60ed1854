/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The block that stands for a key in an identity file, for tools that open
 * only files. PEM label "ENROLL PROVIDER URI", DER content
 *
 *   SEQUENCE { VisibleString "enroll provider URI v1", UTF8String uri }
 *
 * The shape follows pkcs11-provider's, with a label and a description of our
 * own, so that neither provider ever takes the other's block for its own.
 */
#ifndef ENROLL_CORE_REFERENCE_H
#define ENROLL_CORE_REFERENCE_H

#include <stddef.h>

#define ENROLL_REFERENCE_LABEL "ENROLL PROVIDER URI"

/*
 * A new string (OPENSSL_free) from DER, or NULL for anything else; leaves the
 * error queue as it was.
 */
char *enroll_reference_decode(const unsigned char *der, size_t length);

/* DER for uri into *der (OPENSSL_free); its length, or 0. */
size_t enroll_reference_encode(const char *uri, unsigned char **der);

#endif
