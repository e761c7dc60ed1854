/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts renewals. Called when a tool lets go of an identity that is in its
 * renewal window; what the hook then does is no concern of this process.
 */
#include "provider/renewal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/identity.h"
#include "core/lock.h"
#include "core/publishing.h"
#include "provider/ask.h"
#include "provider/debug.h"
#include "provider/pin.h"

/* The profile may have been corrected since it failed: the hook can tell. */
static int edited_since(const struct enroll_places *places, int profile_fd)
{
    struct stat config, failure;

    return stat(places->config, &config) == 0 &&
           fstatat(profile_fd, "backoff", &failure, AT_SYMLINK_NOFOLLOW) == 0 &&
           config.st_mtime > failure.st_mtime;
}

/* A look whether it is revoked waits for no failure of a renewal. */
static int look_due(int profile_fd, const char *profile, time_t now)
{
    struct enroll_look look = {.generation = NULL};
    int due = enroll_identity_look(profile_fd, profile, 0, -1, now, &look,
                                   NULL) == ENROLL_FOUND &&
              enroll_check_due(&look.verdict, now);

    enroll_look_clear(&look);
    return due;
}

/* Nobody else is at it, and it could be published. */
static int possible(const struct enroll_places *places, const char *profile)
{
    time_t now = time(NULL);
    int profile_fd = -1, yes;

    if (enroll_identity_open(places->state, profile, &profile_fd, NULL) !=
        ENROLL_FOUND)
        return 0;
    yes = faccessat(profile_fd, ".", W_OK, AT_EACCESS) == 0 &&
          !enroll_lock_held(profile_fd, ENROLL_LOCK_STATE) &&
          (enroll_publishing_waits(profile_fd, now) ||
           enroll_backoff_next(profile_fd, now) <= now ||
           edited_since(places, profile_fd) ||
           look_due(profile_fd, profile, now));
    close(profile_fd);
    return yes;
}

static void start(struct enroll_provider *provider, const char *profile,
                  const struct enroll_places *places)
{
    const struct enroll_question question = {
        .op = "renew",
        .profile = profile,
        .places = places,
        .min_remaining = -1,
        .background = 1,
    };
    struct enroll_problem problem;

    if (enroll_ask(provider, &question, &problem))
        enroll_debug(provider, "%s: renewal started", profile);
    else
        enroll_debug(provider, "renewal not started: %s", problem.line);
}

void enroll_renewal_start(struct enroll_provider *provider,
                          struct enroll_pin *pin)
{
    const char *profile = enroll_pin_profile(pin);
    struct enroll_places places;

    if (provider->privileged ||
        !enroll_places_find(&places, provider->settings.config,
                            provider->settings.state))
        return;
    if (possible(&places, profile) && enroll_pin_may_renew(provider, pin))
        start(provider, profile, &places);
    enroll_places_clear(&places);
}
