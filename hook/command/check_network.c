/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check: who answers out there. Asks the manager and each time-stamp authority
 * once, each with a deadline; orders nothing.
 */
#include "hook/command/check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/duration.h"
#include "core/wire.h"
#include "hook/lifecycle/managers.h"
#include "hook/protocol/protocol.h"
#include "hook/protocol/url.h"
#include "hook/sign/tsa.h"

#define MANAGER_TIMEOUT_MS 30000
#define CLOCK_WARNING      60

static void check_clock(struct enroll_findings *findings,
                        const struct enroll_profile *profile, time_t theirs)
{
    long off = (long)(time(NULL) - theirs);
    char text[ENROLL_DURATION_TEXT];

    enroll_duration_text(labs(off), text);
    if (labs(off) <= CLOCK_WARNING)
        enroll_finding_fine(findings, "clock", "agrees with the manager's");
    else
        enroll_finding_add(
            findings,
            labs(off) > profile->clock_tolerance ? ENROLL_PROBLEM
                                                 : ENROLL_WARNING,
            "clock", ENROLL_CONFIGURATION,
            "this machine is %s %s the manager, so certificates seem not "
            "yet valid or expired; set it right: timedatectl set-ntp true",
            text, off > 0 ? "ahead of" : "behind");
}

/* 1 if it answers well; otherwise *problem. */
static int check_manager(struct enroll_findings *findings,
                         const struct enroll_profile *manager,
                         struct enroll_problem *problem)
{
    const struct enroll_protocol *protocol =
        enroll_protocol_find(manager->manager);
    struct enroll_session *session = NULL;
    char host[ENROLL_AUTHORITY_MAX];
    time_t theirs = 0;
    int ok;

    enroll_url_shown(manager->url, host);
    if (!protocol->open(manager, &session, problem))
        return 0;
    enroll_session_deadline(session,
                            enroll_monotonic_ms() + MANAGER_TIMEOUT_MS);
    ok = protocol->probe(session, &theirs, problem);
    if (ok)
        enroll_finding_fine(findings, "manager",
                            "%s answers and takes the credentials", host);
    if (ok && theirs != 0)
        check_clock(findings, manager, theirs);
    protocol->close(session);
    return ok;
}

/* As long as another one answers, a certificate can be had. */
static void check_managers(struct enroll_findings *findings,
                           const struct enroll_profile *profile)
{
    struct enroll_problem problem[ENROLL_MANAGERS_MAX];
    int good[ENROLL_MANAGERS_MAX], any = 0;

    if (profile->manager == NULL)
        return;
    for (size_t i = 0; i <= profile->fallback_count; i++) {
        good[i] =
            check_manager(findings, enroll_manager_at(profile, i), &problem[i]);
        any |= good[i];
    }
    for (size_t i = 0; i <= profile->fallback_count; i++)
        if (!good[i])
            enroll_finding_problem(findings,
                                   any ? ENROLL_WARNING : ENROLL_PROBLEM,
                                   "manager", &problem[i]);
}

static const char *remedy(const struct enroll_problem *problem)
{
    return strstr(problem->line, "not to be trusted") == NULL
               ? "mend that, or name another one in tsa ="
               : "name its root in tsa-ca-file =, or another one in tsa =";
}

static void check_authorities(struct enroll_findings *findings,
                              const struct enroll_profile *profile)
{
    struct enroll_tsa tsa = {.count = profile->tsa_count,
                             .timeout = profile->tsa_timeout,
                             .ca_file = profile->tsa_ca_file,
                             .proxy = profile->proxy};
    struct enroll_problem problem[ENROLL_TSA_MAX];
    int good[ENROLL_TSA_MAX], any = 0;
    char host[ENROLL_AUTHORITY_MAX];

    memcpy(tsa.urls, profile->tsa, sizeof(tsa.urls));
    for (size_t i = 0; i < tsa.count; i++) {
        good[i] = enroll_tsa_probe(&tsa, i, &problem[i]);
        any |= good[i];
    }
    for (size_t i = 0; i < tsa.count; i++) {
        enroll_url_shown(tsa.urls[i], host);
        if (good[i])
            enroll_finding_fine(findings, "tsa", "%s gives good time stamps",
                                host);
        else
            /* As long as another one does, signing goes on. */
            enroll_finding_add(findings, any ? ENROLL_WARNING : ENROLL_PROBLEM,
                               "tsa", problem[i].class, "%s: %s; %s", host,
                               problem[i].line, remedy(&problem[i]));
    }
}

void enroll_check_network(struct enroll_findings *findings,
                          const struct enroll_profile *profile)
{
    if (enroll_check_renews(profile))
        check_managers(findings, profile);
    if (profile->tsa_count == 0)
        enroll_finding_add(findings, ENROLL_WARNING, "tsa",
                           ENROLL_CONFIGURATION,
                           "none is configured, so signatures end with their "
                           "certificate; set tsa = URL");
    else
        check_authorities(findings, profile);
}
