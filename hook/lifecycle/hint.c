/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fetches the manager's wish. Called by revocation.c in the timed look.
 */
#include "hook/lifecycle/hint.h"

#include <string.h>
#include <time.h>

#include "core/wire.h"
#include "hook/lifecycle/managers.h"
#include "hook/lifecycle/verdict.h"
#include "hook/protocol/protocol.h"

#define ANSWER_MS   10000LL
#define OFF_SECONDS 86400

/* A secret from a descriptor can be read once, and an order may follow. */
static int can_ask(const struct enroll_profile *manager, const char *order)
{
    const struct enroll_protocol *protocol =
        manager == NULL ? NULL : enroll_protocol_find(manager->manager);

    return protocol != NULL && protocol->hint != NULL && order != NULL &&
           manager->order_id_field != NULL &&
           strncmp(manager->client_secret, "fd:", 3) != 0;
}

/* What it changes is in force at once. */
static void keep(const struct enroll_profile *profile, int profile_fd,
                 const struct enroll_generation *generation, time_t renew_at)
{
    struct enroll_problem ignored;
    struct enroll_times times;

    enroll_verdict_times(profile, profile_fd, generation, &times);
    if (times.hint != renew_at &&
        enroll_verdict_hint(profile_fd, generation->number, renew_at, &ignored))
        enroll_verdict_derive(profile, profile_fd, generation, &ignored);
}

static void switch_off(const struct enroll_profile *profile, int profile_fd)
{
    struct enroll_managers managers;
    struct enroll_problem ignored;

    enroll_managers_load(profile, profile_fd, &managers);
    managers.hint_off = time(NULL) + OFF_SECONDS;
    enroll_managers_save(profile_fd, &managers, &ignored);
}

void enroll_hint_fetch(const struct enroll_profile *profile, int profile_fd,
                       const struct enroll_generation *generation)
{
    const char *order = enroll_record_get(generation->facts, "order");
    const struct enroll_profile *manager =
        enroll_manager_of(profile, generation->facts);
    const struct enroll_protocol *protocol = NULL;
    struct enroll_session *session = NULL;
    struct enroll_managers managers;
    struct enroll_problem ignored = {.line = ""};
    time_t renew_at = 0, now = time(NULL);
    long ahead = 0;

    if (!can_ask(manager, order))
        return;
    enroll_managers_load(profile, profile_fd, &managers);
    if (now < managers.hint_off && managers.hint_off - now <= OFF_SECONDS)
        return;
    protocol = enroll_protocol_find(manager->manager);
    if (!protocol->open(manager, &session, &ignored))
        return;
    enroll_session_deadline(session, enroll_monotonic_ms() + ANSWER_MS);
    switch (protocol->hint(session, order, &renew_at, &ignored)) {
    case ENROLL_HINT_KNOWN:
        keep(profile, profile_fd, generation, renew_at);
        break;
    case ENROLL_HINT_IMPOSSIBLE: switch_off(profile, profile_fd); break;
    case ENROLL_HINT_FAILED: break;
    }
    if (protocol->clock != NULL && protocol->clock(session, &ahead))
        enroll_clock_keep(profile, profile_fd, ahead);
    protocol->close(session);
}
