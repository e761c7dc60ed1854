/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An intermediate by itself (CSBR 7.1.2.2). Called by review.c; pure. What
 * chain building checks anyway (CA flag, names, signatures) is not repeated.
 */
#include "hook/lifecycle/review.h"

#include <stdio.h>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#define RSA_BITS_PUBLIC  4096
#define RSA_BITS_PRIVATE 2048

static void check_purposes(const struct enroll_profile *profile, X509 *issuer,
                           struct enroll_findings *findings)
{
    static const struct {
        int nid;
        const char *name;
    } excluded[] = {{NID_time_stamp, "time stamping"},
                    {NID_anyExtendedKeyUsage, "any purpose"},
                    {NID_server_auth, "serverAuth"},
                    {NID_email_protect, "e-mail protection"}};

    if (X509_get_ext_by_NID(issuer, NID_ext_key_usage, -1) < 0) {
        /* Cross-signed roots and old private CAs have none. */
        enroll_find_warning(findings, "an issuer has no extended key usage");
        return;
    }
    if (!enroll_review_has_purpose(issuer, NID_code_sign) &&
        !enroll_review_has_purpose(issuer, NID_anyExtendedKeyUsage))
        enroll_find_fault(findings, "its issuer may not issue for code "
                                    "signing");
    for (size_t i = 0; i < sizeof(excluded) / sizeof(excluded[0]); i++) {
        if (!enroll_review_has_purpose(issuer, excluded[i].nid))
            continue;
        if (profile->public_trust)
            enroll_find_fault(findings, "its issuer may also issue for %s",
                              excluded[i].name);
        else
            enroll_find_warning(findings, "an issuer may also issue for %s",
                                excluded[i].name);
    }
}

/* Or a person would look for the fault in the leaf, and order again. */
static void blame_issuer(const struct enroll_profile *profile,
                         struct enroll_findings *findings)
{
    char fault[160]; /* findings here are far shorter */

    snprintf(fault, sizeof(fault), "%.159s", findings->fault);
    snprintf(findings->fault, sizeof(findings->fault),
             "its issuer's certificate is not fit for %s trust: %s",
             profile->public_trust ? "public" : "private", fault);
}

void enroll_review_issuer(const struct enroll_profile *profile, X509 *issuer,
                          struct enroll_findings *findings)
{
    int faulty = findings->fault[0] != '\0';

    enroll_review_signature(issuer, findings);
    enroll_review_key(
        issuer, profile->public_trust ? RSA_BITS_PUBLIC : RSA_BITS_PRIVATE,
        findings);
    if (!faulty && findings->fault[0] != '\0')
        blame_issuer(profile, findings);
    check_purposes(profile, issuer, findings);
}
