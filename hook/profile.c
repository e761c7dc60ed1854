/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the settings of a profile must not say together, and what must not be
 * missing. Called once all keys are read; the one place for such rules.
 */
#include <string.h>

#include "core/duration.h"
#include "hook/settings.h"

#define PUBLIC_VALIDITY_MAX (460L * 86400) /* CSBR 6.3.2, since 2026-03-01 */

static int missing(const struct enroll_profile *profile, const char *key,
                   const char *example, struct enroll_problem *problem)
{
    return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                              "%s: %s, section [%s]: key '%s' is missing; "
                              "write: %s = %s",
                              profile->name, profile->config_path,
                              enroll_profile_section(profile), key, key,
                              example);
}

static int conflict(const struct enroll_profile *profile,
                    enum enroll_class class, const char *what,
                    struct enroll_problem *problem)
{
    return enroll_problem_set(problem, class, "%s: %s, section [%s]: %s",
                              profile->name, profile->config_path,
                              enroll_profile_section(profile), what);
}

static int check_manager(const struct enroll_profile *profile,
                         struct enroll_problem *problem)
{
    if (profile->manager == NULL) { /* certificates come by csr and import */
        if (profile->url != NULL || profile->section != NULL)
            return missing(profile, "manager", "scm", problem);
        return profile->fallback_count == 0 ||
               conflict(profile, ENROLL_CONFIGURATION,
                        "key 'fallback': there is no first manager; write "
                        "manager = scm, url and what belongs to it",
                        problem);
    }
    if (profile->url == NULL)
        return missing(profile, "url",
                       "https://CUSTOMER.enroll.enterprise.sectigo.com",
                       problem);
    if (profile->client_id == NULL)
        return missing(profile, "client-id", "ID", problem);
    if (profile->client_secret == NULL)
        return missing(profile, "client-secret",
                       "file:/etc/enroll/client-secret", problem);
    if (profile->email == NULL)
        return missing(profile, "email", "signing@example.com", problem);
    return 1;
}

static int check_trust(const struct enroll_profile *profile,
                       struct enroll_problem *problem)
{
    if (!profile->public_trust)
        return profile->anchor != NULL ||
               missing(profile, "anchor", "/etc/enroll/ca.pem", problem);
    if (!profile->allow_software_key)
        return conflict(profile, ENROLL_POLICY,
                        "a publicly trusted certificate needs its key in "
                        "hardware, and 'key = file' is not; for a private CA "
                        "write trust = private, or to override write "
                        "allow-software-key = yes",
                        problem);
    if (profile->max_validity > PUBLIC_VALIDITY_MAX)
        return conflict(profile, ENROLL_CONFIGURATION,
                        "key 'max-validity': public trust allows 460d at most; "
                        "write 460d or less, or trust = private",
                        problem);
    return 1;
}

/* A window or reserve as long as the certificate would renew without end. */
static int check_times(const struct enroll_profile *profile,
                       struct enroll_problem *problem)
{
    if (profile->renew.seconds + profile->lead_time >= profile->max_validity)
        return conflict(profile, ENROLL_CONFIGURATION,
                        "key 'renew': the window, with lead-time, is as long "
                        "as max-validity, so a fresh certificate would be due "
                        "at once; write less, or a percentage",
                        problem);
    if (profile->min_remaining >= profile->max_validity)
        return conflict(profile, ENROLL_CONFIGURATION,
                        "key 'min-remaining': it is as long as max-validity, "
                        "so no certificate could ever be used; write less",
                        problem);
    return 1;
}

/* Which of two would be meant could not be told from a state file. */
static int check_fallback(const struct enroll_profile *profile,
                          struct enroll_problem *problem)
{
    for (size_t i = 0; i < profile->fallback_count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(profile->fallback_name[i], profile->fallback_name[j]) ==
                0)
                return conflict(profile, ENROLL_CONFIGURATION,
                                "key 'fallback': it names the same manager "
                                "twice",
                                problem);
    return 1;
}

int enroll_profile_check(const struct enroll_profile *profile,
                         struct enroll_problem *problem)
{
    return check_manager(profile, problem) &&
           check_fallback(profile, problem) && check_trust(profile, problem) &&
           check_times(profile, problem);
}
