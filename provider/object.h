/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects as libcrypto takes them from a store or a decoder
 * (provider-object(7)): DER in, nothing of ours kept.
 */
#ifndef ENROLL_PROVIDER_OBJECT_H
#define ENROLL_PROVIDER_OBJECT_H

#include <stddef.h>

#include <openssl/core.h>

/* A PrivateKeyInfo, which the default provider makes a key of. */
int enroll_object_key(const unsigned char *der, size_t length,
                      OSSL_CALLBACK *callback, void *argument);

int enroll_object_certificate(const unsigned char *der, size_t length,
                              OSSL_CALLBACK *callback, void *argument);

#endif
