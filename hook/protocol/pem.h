/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates from what a manager delivers, whatever it calls it: PEM blocks
 * with or without text around them, PKCS#7 in PEM or DER, one certificate in
 * DER. Neither their order nor their fitness is looked at here.
 */
#ifndef ENROLL_HOOK_PROTOCOL_PEM_H
#define ENROLL_HOOK_PROTOCOL_PEM_H

#include <openssl/x509.h>

#include "core/problem.h"

#define ENROLL_DELIVERY_MAX     (256UL * 1024) /* bytes */
#define ENROLL_CERTIFICATES_MAX 16

/*
 * At least one certificate, none twice: *certificates is the caller's
 * (sk_X509_pop_free). 1, or 0 and *problem of class verification.
 */
int enroll_certificates_read(const void *data, size_t length,
                             STACK_OF(X509) * *certificates,
                             struct enroll_problem *problem);

#endif
