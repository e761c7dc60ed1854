/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads how far the publication of a new key has come. Called by the hook, and
 * by the provider inside the renewal window only.
 */
#include "core/publishing.h"

#include "core/load.h"

static int get_number(const struct enroll_record *record, const char *name,
                      unsigned long *number)
{
    long value = 0;

    if (!enroll_record_get_long(record, name, &value) || value <= 0)
        return 0;
    *number = (unsigned long)value;
    return 1;
}

static int parse(const struct enroll_record *record,
                 struct enroll_publishing *publishing)
{
    long since = 0;
    int ok = get_number(record, "from", &publishing->from) &&
             get_number(record, "to", &publishing->to) &&
             enroll_record_get_long(record, "step", &publishing->step) &&
             enroll_record_get_long(record, "since", &since) &&
             enroll_record_get_long(record, "overlap", &publishing->overlap);

    publishing->since = (time_t)since;
    return ok && publishing->step >= 0 && publishing->step <= 2 &&
           publishing->overlap > 0;
}

enum enroll_found enroll_publishing_load(int profile_fd,
                                         struct enroll_publishing *publishing,
                                         struct enroll_problem *problem)
{
    struct enroll_publishing result = {.from = 0};
    struct enroll_record *record = NULL;
    enum enroll_found found =
        enroll_load(profile_fd, "publishing", "enroll-publishing",
                    ENROLL_NOT_USABLE, NULL, &record, problem);
    int ok;

    if (found != ENROLL_FOUND)
        return found;
    ok = parse(record, &result);
    enroll_record_free(record);
    if (!ok) {
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "the file 'publishing' is damaged: a line is "
                           "missing or malformed");
        return ENROLL_FOUND_BAD;
    }
    *publishing = result;
    return ENROLL_FOUND;
}

int enroll_publishing_due(const struct enroll_publishing *publishing,
                          time_t now)
{
    return publishing->step == 0 || publishing->since > now ||
           now - publishing->since > publishing->overlap;
}

int enroll_publishing_waits(int profile_fd, time_t now)
{
    struct enroll_publishing publishing;
    struct enroll_problem problem;

    switch (enroll_publishing_load(profile_fd, &publishing, &problem)) {
    case ENROLL_FOUND: return enroll_publishing_due(&publishing, now);
    case ENROLL_FOUND_BAD: return problem.class == ENROLL_NOT_USABLE;
    case ENROLL_FOUND_MISSING: break;
    }
    return 0;
}
