/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a generation by its facts and its verdict. Pure: reads no file and no
 * clock.
 */
#include "core/judge.h"

#include <string.h>

#include "core/duration.h"

static const char *date_text(time_t time, char text[32])
{
    struct tm tm;

    if (gmtime_r(&time, &tm) == NULL ||
        strftime(text, 32, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
        strcpy(text, "an unknown date");
    return text;
}

/* 1, and *problem, if too little is left for the profile or for the asker. */
static int running_out(const char *profile, time_t refuse_at, long left,
                       time_t now, long min_remaining,
                       struct enroll_problem *problem)
{
    char text[ENROLL_DURATION_TEXT], wanted[ENROLL_DURATION_TEXT];

    enroll_duration_text(left, text);
    if (now >= refuse_at)
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate is valid for %s only, less "
                           "than the profile's min-remaining; run: "
                           "enroll-hook renew %s",
                           profile, text, profile);
    else if (min_remaining > 0 && left < min_remaining)
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate is valid for %s only, less "
                           "than the %s asked for; run: enroll-hook renew %s",
                           profile, text,
                           enroll_duration_text(min_remaining, wanted),
                           profile);
    else
        return 0;
    return 1;
}

int enroll_check_due(const struct enroll_verdict *verdict, time_t now)
{
    /* Written by a clock that was ahead: not to be waited for. */
    return verdict->check_at != 0 &&
           (now >= verdict->check_at || verdict->check_noted > now);
}

enum enroll_usability enroll_judge(const char *profile,
                                   const struct enroll_generation *generation,
                                   const struct enroll_verdict *verdict,
                                   time_t now, long min_remaining,
                                   struct enroll_problem *problem)
{
    char date[32], today[32];

    if (verdict->revoked[0] != '\0') {
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate is revoked (%s); run: "
                           "enroll-hook renew %s",
                           profile, verdict->revoked, profile);
        return ENROLL_REVOKED;
    }
    if (verdict->hold[0] != '\0') {
        enroll_problem_set(problem, ENROLL_POLICY,
                           "%s: on hold (%s); see: enroll-hook status %s",
                           profile, verdict->hold, profile);
        return ENROLL_HELD;
    }
    /* notAfter is inclusive (RFC 5280, 4.1.2.5). */
    if (now > generation->not_after) {
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate expired on %s; run: "
                           "enroll-hook renew %s",
                           profile, date_text(generation->not_after, date),
                           profile);
        return ENROLL_EXPIRED;
    }
    if (now < verdict->valid_from) {
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate is not valid before %s; "
                           "check this machine's clock, which says %s",
                           profile, date_text(generation->not_before, date),
                           date_text(now, today));
        return ENROLL_NOT_YET_VALID;
    }
    if (running_out(profile, verdict->refuse_at,
                    (long)(generation->not_after - now), now, min_remaining,
                    problem))
        return ENROLL_RUNNING_OUT;
    return now >= verdict->renew_at || enroll_check_due(verdict, now)
               ? ENROLL_RENEWABLE
               : ENROLL_USABLE;
}

int enroll_deliverable(enum enroll_usability usability)
{
    return usability == ENROLL_USABLE || usability == ENROLL_RENEWABLE;
}
