/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The review before use (CSBR 9.6.3: a subscriber must not use a certificate
 * it has not reviewed). Nothing becomes current without it.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_REVIEW_H
#define ENROLL_HOOK_LIFECYCLE_REVIEW_H

#include <time.h>

#include <openssl/x509.h>

#include "hook/profile.h"

#define ENROLL_REVIEW_TEXT 1024

enum enroll_review_result {
    ENROLL_REVIEW_GOOD,
    ENROLL_REVIEW_WRONG, /* never to be used; *problem */
    ENROLL_REVIEW_LATER  /* good, but not valid yet by our clock; *problem */
};

struct enroll_review {
    STACK_OF(X509) * chain;        /* leaf, then intermediates, no root */
    char text[ENROLL_REVIEW_TEXT]; /* "ok", or "ok; WARNING; ..." */
};

/*
 * certificates: as they came, unsorted. key: what the leaf must hold. On GOOD
 * *review is the caller's (enroll_review_clear).
 */
enum enroll_review_result enroll_review(const struct enroll_profile *profile,
                                        const EVP_PKEY *key,
                                        STACK_OF(X509) * certificates,
                                        time_t now,
                                        struct enroll_review *review,
                                        struct enroll_problem *problem);
void enroll_review_clear(struct enroll_review *review);

/*
 * What one pass over one certificate found. The first fault counts; warnings
 * add up, separated by "; ".
 */
struct enroll_findings {
    char fault[256];
    char warnings[ENROLL_REVIEW_TEXT - 8];
};

void enroll_find_fault(struct enroll_findings *findings, const char *format,
                       ...) __attribute__((format(printf, 2, 3)));
void enroll_find_warning(struct enroll_findings *findings, const char *format,
                         ...) __attribute__((format(printf, 2, 3)));

/* review_leaf.c: the leaf by itself. */
void enroll_review_leaf(const struct enroll_profile *profile, X509 *leaf,
                        struct enroll_findings *findings);
/* review_issuer.c: an intermediate by itself. */
void enroll_review_issuer(const struct enroll_profile *profile, X509 *issuer,
                          struct enroll_findings *findings);

/* review_common.c: what leaf and issuers share. */
void enroll_review_signature(X509 *certificate,
                             struct enroll_findings *findings);
void enroll_review_key(X509 *certificate, int rsa_bits,
                       struct enroll_findings *findings);
void enroll_review_serial(X509 *certificate, struct enroll_findings *findings);
/* 1 if the extended key usage names that purpose (a NID). */
int enroll_review_has_purpose(X509 *certificate, int nid);

#endif
