/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills results, for OCSP and CRLs alike.
 */
#include "hook/revocation/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *enroll_revocation_reason(int reason)
{
    static const char *const names[] = {
        "unspecified",        "keyCompromise",   "cACompromise",
        "affiliationChanged", "superseded",      "cessationOfOperation",
        "certificateHold",    "no reason given", "removeFromCRL",
        "privilegeWithdrawn", "aACompromise",
    };

    if (reason < 0 || (size_t)reason >= sizeof(names) / sizeof(names[0]))
        return "no reason given";
    return names[reason];
}

static void begin(struct enroll_revocation_result *result,
                  enum enroll_revocation_status status, const char *source)
{
    *result = (struct enroll_revocation_result){
        .status = status, .reason = -1, .source = source};
}

void enroll_revocation_unknown(struct enroll_revocation_result *result,
                               const char *format, ...)
{
    va_list args;

    begin(result, ENROLL_REVOCATION_UNKNOWN, NULL);
    va_start(args, format);
    vsnprintf(result->why, sizeof(result->why), format, args);
    va_end(args);
}

void enroll_revocation_revoked(struct enroll_revocation_result *result,
                               const char *source, int reason,
                               const ASN1_TIME *since)
{
    struct tm tm;

    begin(result, ENROLL_REVOCATION_REVOKED, source);
    result->reason = reason;
    if (since == NULL || ASN1_TIME_to_tm(since, &tm) != 1 ||
        strftime(result->date, sizeof(result->date), "%Y-%m-%d %H:%M:%SZ",
                 &tm) == 0)
        strcpy(result->date, "an unknown date");
}

void enroll_revocation_good(struct enroll_revocation_result *result,
                            const char *source)
{
    begin(result, ENROLL_REVOCATION_GOOD, source);
}
