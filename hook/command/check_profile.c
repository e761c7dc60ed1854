/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check: what a profile has on this machine. Reads its secret to see that it
 * can be read, and forgets it.
 */
#include "hook/command/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/duration.h"
#include "core/identity.h"
#include "hook/lifecycle/state.h"
#include "hook/secret.h"
#include "hook/sign/shadow.h"

int enroll_check_renews(const struct enroll_profile *profile)
{
    return faccessat(AT_FDCWD, profile->state, W_OK, AT_EACCESS) == 0 ||
           errno != EACCES;
}

static void check_secret(struct enroll_findings *findings,
                         const struct enroll_profile *profile)
{
    struct enroll_problem problem;
    char *secret = NULL;

    if (profile->client_secret == NULL)
        return;
    if (!enroll_check_renews(profile)) {
        enroll_finding_fine(findings, "client-secret",
                            "not read: this user renews nothing");
        return;
    }
    /* A descriptor gives its secret once, to whoever needs it. */
    if (strncmp(profile->client_secret, "fd:", 3) == 0) {
        enroll_finding_fine(findings, "client-secret",
                            "comes from a descriptor, not read here");
        return;
    }
    if (enroll_secret_read(profile->name, "client-secret",
                           profile->client_secret, &secret, &problem))
        enroll_finding_fine(findings, "client-secret",
                            "can be read, by this user only");
    else
        enroll_finding_problem(findings, ENROLL_PROBLEM, "client-secret",
                               &problem);
    enroll_secret_free(secret);
}

static void check_memory(struct enroll_findings *findings,
                         const struct enroll_profile *profile, int state)
{
    struct enroll_problem problem;

    if (faccessat(state, ".", W_OK, AT_EACCESS) != 0)
        enroll_finding_add(
            findings, ENROLL_WARNING, "state", ENROLL_POLICY,
            "%s cannot be written by this user, so nothing is enrolled or "
            "renewed from here; run as its owner, or leave renewal to a timer",
            profile->state);
    else if (!enroll_state_remembers(profile, state, &problem))
        enroll_finding_problem(findings, ENROLL_PROBLEM, "state", &problem);
    else
        enroll_finding_fine(findings, "state",
                            "%s is trusted and can be written", profile->state);
}

/* There is no state folder yet: can it be made? */
static void check_parent(struct enroll_findings *findings,
                         const struct enroll_profile *profile)
{
    char parent[PATH_MAX];
    char *slash = NULL;

    OPENSSL_strlcpy(parent, profile->state, sizeof(parent));
    do {
        slash = strrchr(parent, '/');
        if (slash != NULL)
            *slash = '\0';
    } while (slash != NULL && slash != parent && access(parent, F_OK) != 0);
    if (access(parent[0] == '\0' ? "/" : parent, W_OK) == 0)
        enroll_finding_fine(findings, "state",
                            "%s is not there yet and will be made",
                            profile->state);
    else
        enroll_finding_add(
            findings, ENROLL_PROBLEM, "state", ENROLL_CONFIGURATION,
            "%s is not there and cannot be made by this user; have it made: "
            "install -d -o \"$(id -un)\" %s",
            profile->state, profile->state);
}

static void check_state(struct enroll_findings *findings,
                        const struct enroll_profile *profile)
{
    struct enroll_problem problem;
    int state = -1;

    switch (enroll_trust_open_root(profile->state, &state, &problem)) {
    case ENROLL_FOUND:
        check_memory(findings, profile, state);
        close(state);
        break;
    case ENROLL_FOUND_MISSING: check_parent(findings, profile); break;
    case ENROLL_FOUND_BAD:
        enroll_finding_problem(findings, ENROLL_PROBLEM, "state", &problem);
        break;
    }
}

static void judge(struct enroll_findings *findings,
                  const struct enroll_look *look,
                  const struct enroll_problem *problem, time_t now)
{
    char left[ENROLL_DURATION_TEXT];

    switch (look->usability) {
    case ENROLL_USABLE:
        enroll_finding_fine(
            findings, "identity", "generation %lu, valid for %s",
            look->generation->number,
            enroll_duration_text((long)(look->generation->not_after - now),
                                 left));
        break;
    case ENROLL_RENEWABLE:
        enroll_finding_fine(
            findings, "identity",
            "generation %lu, valid for %s; its renewal is due",
            look->generation->number,
            enroll_duration_text((long)(look->generation->not_after - now),
                                 left));
        break;
    case ENROLL_RUNNING_OUT:
    case ENROLL_EXPIRED:
    case ENROLL_NOT_YET_VALID:
        /* The next tool that asks has it renewed. */
        enroll_finding_problem(findings, ENROLL_WARNING, "identity", problem);
        break;
    case ENROLL_REVOKED:
    case ENROLL_HELD:
        enroll_finding_problem(findings, ENROLL_PROBLEM, "identity", problem);
        break;
    }
}

/* Another user's key may be out of reach although the rest can be read. */
static int key_is_there(const struct enroll_look *look,
                        struct enroll_problem *problem)
{
    unsigned char *der = NULL;
    size_t length = 0;
    struct enroll_problem why;

    if (!enroll_deliverable(look->usability))
        return 1;
    if (!enroll_generation_key(look->generation, &der, &length, &why)) {
        *problem = why;
        return 0;
    }
    OPENSSL_clear_free(der, length);
    return 1;
}

static void check_identity(struct enroll_findings *findings,
                           const struct enroll_profile *profile)
{
    struct enroll_problem problem;
    struct enroll_look look;
    time_t now = time(NULL);
    int fd = -1;
    enum enroll_found found =
        enroll_identity_open(profile->state, profile->name, &fd, &problem);

    if (found == ENROLL_FOUND) {
        found = enroll_identity_look(
            fd, profile->name, 0, profile->min_remaining, now, &look, &problem);
        close(fd);
    }
    if (found == ENROLL_FOUND) {
        if (key_is_there(&look, &problem))
            judge(findings, &look, &problem, now);
        else
            enroll_finding_problem(findings, ENROLL_PROBLEM, "identity",
                                   &problem);
        enroll_look_clear(&look);
    } else if (found == ENROLL_FOUND_MISSING) {
        enroll_finding_fine(findings, "identity",
                            "none yet; the first tool that asks has one "
                            "enrolled, or: enroll-hook ready %s",
                            profile->name);
    } else {
        enroll_finding_problem(findings, ENROLL_PROBLEM, "identity", &problem);
    }
}

/* What nobody does would be missed a year later. */
static void check_renewal(struct enroll_findings *findings,
                          const struct enroll_profile *profile)
{
    if (profile->renew_by == ENROLL_RENEW_BY_AGENT)
        enroll_finding_add(findings, ENROLL_WARNING, "renew-by",
                           ENROLL_CONFIGURATION,
                           "there is no agent yet, so 'agent' is taken for "
                           "'timer': systemctl enable --now "
                           "enroll-renew.timer, or write renew-by = signer");
}

void enroll_check_profile(struct enroll_findings *findings,
                          const struct enroll_profile *profile)
{
    char line[ENROLL_LINE_MAX];

    check_secret(findings, profile);
    check_state(findings, profile);
    check_identity(findings, profile);
    check_renewal(findings, profile);
    if (enroll_shadow_find(profile->name, line))
        enroll_finding_add(findings, ENROLL_WARNING, "shadow",
                           ENROLL_CONFIGURATION, "%s", line);
}
