/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a generation by its facts and its verdict. Pure: reads no file and no
 * clock.
 */
#include "core/judge.h"

#include <string.h>

#include "core/duration.h"

/* notAfter is inclusive (RFC 5280, 4.1.2.5). */
static int below(const struct enroll_generation *generation,
                 const struct enroll_verdict *verdict, time_t now,
                 long min_remaining)
{
    return now >= verdict->refuse_at ||
           (min_remaining > 0 &&
            generation->not_after - now < (time_t)min_remaining);
}

static const char *date_text(time_t time, char text[32])
{
    struct tm tm;

    if (gmtime_r(&time, &tm) == NULL ||
        strftime(text, 32, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
        strcpy(text, "an unknown date");
    return text;
}

static void say_running_out(const char *profile,
                            const struct enroll_generation *generation,
                            time_t now, long min_remaining,
                            struct enroll_problem *problem)
{
    char left[ENROLL_DURATION_TEXT], wanted[ENROLL_DURATION_TEXT];

    enroll_duration_text((long)(generation->not_after - now), left);
    if (min_remaining > 0)
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate is valid for %s only, less "
                           "than the %s asked for; run: enroll-hook renew %s",
                           profile, left,
                           enroll_duration_text(min_remaining, wanted),
                           profile);
    else
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate is valid for %s only, less "
                           "than the profile's min-remaining; run: "
                           "enroll-hook renew %s",
                           profile, left, profile);
}

enum enroll_usability enroll_judge(const char *profile,
                                   const struct enroll_generation *generation,
                                   const struct enroll_verdict *verdict,
                                   time_t now, long min_remaining,
                                   struct enroll_problem *problem)
{
    char date[32];

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
    if (now > generation->not_after) {
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate expired on %s; run: "
                           "enroll-hook renew %s",
                           profile, date_text(generation->not_after, date),
                           profile);
        return ENROLL_EXPIRED;
    }
    if (now < generation->not_before) {
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "%s: the certificate is not valid before %s; "
                           "check this machine's clock",
                           profile, date_text(generation->not_before, date));
        return ENROLL_NOT_YET_VALID;
    }
    if (below(generation, verdict, now, min_remaining)) {
        say_running_out(profile, generation, now, min_remaining, problem);
        return ENROLL_RUNNING_OUT;
    }
    return now >= verdict->renew_at ? ENROLL_RENEWABLE : ENROLL_USABLE;
}

int enroll_deliverable(enum enroll_usability usability)
{
    return usability == ENROLL_USABLE || usability == ENROLL_RENEWABLE;
}
