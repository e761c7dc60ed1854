/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys (0600) and certificates of the authorities as files of DIR/ca.
 */
#ifndef MANAGER_AUTHORITY_FILES_H
#define MANAGER_AUTHORITY_FILES_H

#include <openssl/evp.h>
#include <openssl/x509.h>

/* 1 if FOLDER/NAME.END is there. */
int authority_part_exists(const char *folder, const char *name,
                          const char *end);

/* NAME.key, NAME.pem: the caller's, or NULL after saying why. */
EVP_PKEY *authority_key_load(const char *folder, const char *name);
X509 *authority_certificate_load(const char *folder, const char *name);

/* Durable; 1, or 0 after saying why. */
int authority_key_save(const char *folder, const char *name, EVP_PKEY *key);
int authority_certificate_save(const char *folder, const char *name,
                               X509 *cert);

#endif
