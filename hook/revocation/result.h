/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a certificate's revocation.
 */
#ifndef ENROLL_HOOK_REVOCATION_RESULT_H
#define ENROLL_HOOK_REVOCATION_RESULT_H

#include <time.h>

#include <openssl/x509.h>

enum enroll_revocation_status {
    ENROLL_REVOCATION_UNKNOWN, /* nobody said anything that counts; why */
    ENROLL_REVOCATION_GOOD,
    ENROLL_REVOCATION_REVOKED, /* reason, date */
    ENROLL_REVOCATION_NOWHERE  /* the certificate names nobody to ask */
};

#define ENROLL_REVOCATION_COMPROMISE 1 /* RFC 5280, 5.3.1: keyCompromise */

struct enroll_revocation_result {
    enum enroll_revocation_status status;
    int reason;         /* RFC 5280 CRLReason; -1: none given */
    char date[32];      /* since when; "" unless revoked */
    const char *source; /* "OCSP" or "CRL"; NULL while unknown */
    char why[320];      /* UNKNOWN: for people; else "" */
};

/* Judging needs these: whose, by whom, and by what clock. */
struct enroll_revocation_of {
    X509 *leaf, *issuer;
    time_t now;
    long tolerance; /* seconds that clocks may differ */
};

/* "keyCompromise"; never NULL. */
const char *enroll_revocation_reason(int reason);

/* UNKNOWN, with why. */
void enroll_revocation_unknown(struct enroll_revocation_result *result,
                               const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void enroll_revocation_revoked(struct enroll_revocation_result *result,
                               const char *source, int reason,
                               const ASN1_TIME *since);
void enroll_revocation_good(struct enroll_revocation_result *result,
                            const char *source);

#endif
