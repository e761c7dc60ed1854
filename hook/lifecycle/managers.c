/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps what is known of a profile's managers, and chooses among them. Called
 * by failover.c, revocation.c, status and check; asks nobody.
 */
#include "hook/lifecycle/managers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/duration.h"
#include "hook/durable.h"

/* What HTTP's whole seconds and a slow answer make of two equal clocks. */
#define CLOCK_NOISE 60

static const char file[] = "managers";
static const char kind[] = "enroll-managers";
static const char prefix[] = "manager/";

const struct enroll_profile *enroll_manager_at(
    const struct enroll_profile *profile, size_t i)
{
    return i == 0 ? profile : profile->fallback[i - 1];
}

static const char *get(const struct enroll_record *record, const char *name,
                       size_t n)
{
    char full[32];

    snprintf(full, sizeof(full), "%s.%zu", name, n);
    return enroll_record_get(record, full);
}

static long get_long(const struct enroll_record *record, const char *name,
                     size_t n)
{
    char full[32];
    long value = 0;

    snprintf(full, sizeof(full), "%s.%zu", name, n);
    enroll_record_get_long(record, full, &value);
    return value;
}

/* By url, so that another order in enroll.conf changes nothing. */
static void load_one(const struct enroll_record *record,
                     struct enroll_manager *manager)
{
    const char *url = NULL, *line = NULL;

    for (size_t n = 0; n < ENROLL_MANAGERS_MAX; n++) {
        url = get(record, "url", n);
        if (url == NULL || strcmp(url, manager->profile->url) != 0)
            continue;
        manager->failures = get_long(record, "failures", n);
        manager->since = (time_t)get_long(record, "since", n);
        manager->probed = (time_t)get_long(record, "probed", n);
        line = get(record, "line", n);
        snprintf(manager->line, sizeof(manager->line), "%s",
                 line == NULL ? "" : line);
        url = enroll_record_get(record, "used");
        manager->used = url != NULL && strcmp(url, manager->profile->url) == 0;
        return;
    }
}

void enroll_managers_load(const struct enroll_profile *profile, int profile_fd,
                          struct enroll_managers *managers)
{
    struct enroll_record *record = NULL;
    long ahead = 0, hint_off = 0;

    memset(managers, 0, sizeof(*managers));
    if (profile->manager == NULL)
        return;
    managers->count = 1 + profile->fallback_count;
    for (size_t i = 0; i < managers->count; i++)
        managers->at[i].profile = enroll_manager_at(profile, i);
    if (enroll_durable_load(profile_fd, file, kind, &record, NULL) !=
        ENROLL_FOUND)
        return;
    for (size_t i = 0; i < managers->count; i++)
        load_one(record, &managers->at[i]);
    enroll_record_get_long(record, "clock", &ahead);
    enroll_record_get_long(record, "hint-off", &hint_off);
    managers->ahead = ahead;
    managers->hint_off = (time_t)hint_off;
    enroll_record_free(record);
}

static int set(struct enroll_record *record, const char *name, size_t n,
               const char *value)
{
    char full[32];

    snprintf(full, sizeof(full), "%s.%zu", name, n);
    return enroll_record_set(record, full, "%s", value);
}

static int set_long(struct enroll_record *record, const char *name, size_t n,
                    long long value)
{
    char text[32];

    snprintf(text, sizeof(text), "%lld", value);
    return set(record, name, n, text);
}

static int save_one(struct enroll_record *record, size_t n,
                    const struct enroll_manager *manager)
{
    return set(record, "url", n, manager->profile->url) &&
           set_long(record, "failures", n, manager->failures) &&
           set_long(record, "since", n, (long long)manager->since) &&
           set_long(record, "probed", n, (long long)manager->probed) &&
           set(record, "line", n, manager->line) &&
           (!manager->used ||
            enroll_record_set(record, "used", "%s", manager->profile->url));
}

int enroll_managers_save(int profile_fd, const struct enroll_managers *managers,
                         struct enroll_problem *problem)
{
    struct enroll_record *record = enroll_durable_again(profile_fd, file, kind);
    int ok = enroll_record_set(record, "clock", "%ld", managers->ahead) &&
             enroll_record_set(record, "hint-off", "%lld",
                               (long long)managers->hint_off);

    for (size_t i = 0; ok && i < managers->count; i++)
        ok = save_one(record, i, &managers->at[i]);
    if (!ok)
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    ok = ok && enroll_durable_record(profile_fd, file, ENROLL_MODE_PUBLIC,
                                     record, problem);
    enroll_record_free(record);
    return ok;
}

const char *enroll_manager_name(const struct enroll_profile *manager)
{
    if (manager->section == NULL)
        return "the first manager";
    return manager->section + strlen(prefix);
}

const char *enroll_manager_key(const struct enroll_profile *manager)
{
    return manager->section == NULL ? "" : enroll_manager_name(manager);
}

const struct enroll_profile *enroll_manager_of(
    const struct enroll_profile *profile, const struct enroll_record *record)
{
    const char *url = enroll_record_get(record, "url");
    const char *name = enroll_record_get(record, "manager-name");
    const struct enroll_profile *found = NULL;

    if (profile->manager == NULL || url == NULL)
        return profile;
    for (size_t i = 0; i <= profile->fallback_count; i++) {
        const struct enroll_profile *each = enroll_manager_at(profile, i);

        if (strcmp(each->url, url) != 0)
            continue;
        /* Two accounts at one url are told apart by name. */
        if (name != NULL && strcmp(enroll_manager_key(each), name) == 0)
            return each;
        if (found == NULL)
            found = each;
    }
    return found;
}

int enroll_manager_is_away(const struct enroll_manager *manager)
{
    return manager->failures >= manager->profile->failover_after;
}

size_t enroll_managers_choose(const struct enroll_managers *managers)
{
    size_t i = 0;

    while (i < managers->count && enroll_manager_is_away(&managers->at[i]))
        i++;
    return i;
}

int enroll_clock_differs(const struct enroll_profile *profile, long ahead,
                         char text[ENROLL_CLOCK_TEXT])
{
    char span[ENROLL_DURATION_TEXT];

    if (labs(ahead) <= profile->clock_tolerance || labs(ahead) <= CLOCK_NOISE)
        return 0;
    snprintf(text, ENROLL_CLOCK_TEXT,
             "this machine's clock is %s %s the manager's; have it set",
             enroll_duration_text(labs(ahead), span),
             ahead > 0 ? "behind" : "ahead of");
    return 1;
}

void enroll_clock_keep(const struct enroll_profile *profile, int profile_fd,
                       long ahead)
{
    struct enroll_managers managers;
    struct enroll_problem ignored;
    char text[ENROLL_CLOCK_TEXT];
    int differs = enroll_clock_differs(profile, ahead, text);

    enroll_managers_load(profile, profile_fd, &managers);
    /* A clock that drifts on is no news. */
    if (differs ? labs(managers.ahead - ahead) <= labs(ahead) / 8
                : managers.ahead == 0)
        return;
    managers.ahead = differs ? ahead : 0;
    enroll_managers_save(profile_fd, &managers, &ignored);
}
