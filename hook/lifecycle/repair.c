/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repairs an identity whose current generation is not as it was written.
 * Called under the lock; removes nothing.
 */
#include "hook/lifecycle/repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/identity.h"
#include "hook/durable.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/rollback.h"
#include "hook/lifecycle/stages.h"
#include "hook/lifecycle/standing.h"

#define ASIDE_MAX 100 /* names to try */

static int good(const struct enroll_profile *profile, int profile_fd,
                unsigned long number)
{
    struct enroll_look look = {.generation = NULL};
    struct enroll_problem ignored;
    int ok;

    if (enroll_identity_look(profile_fd, profile->name, number, -1, time(NULL),
                             &look, &ignored) != ENROLL_FOUND)
        return 0;
    ok = enroll_deliverable(look.usability) &&
         enroll_generation_intact(look.generation, &ignored);
    enroll_look_clear(&look);
    return ok;
}

/* Beside what is damaged, for whoever looks later; no more than a help. */
static void note_reason(int profile_fd, const char *aside, const char *why)
{
    struct enroll_record *record = enroll_record_new("enroll-damage");
    int fd = -1;

    if (enroll_trust_open_dir(profile_fd, aside, aside, &fd, NULL) !=
        ENROLL_FOUND) {
        enroll_record_free(record);
        return;
    }
    if (enroll_record_set(record, "found", "%lld", (long long)time(NULL)) &&
        enroll_record_set(record, "why", "%s", why))
        enroll_durable_record(fd, "reason", ENROLL_MODE_PUBLIC, record, NULL);
    enroll_record_free(record);
    close(fd);
}

/* generations/damaged-0000000007, or with .1, .2 ... where that is taken. */
static int set_aside(int profile_fd, unsigned long number, const char *why,
                     struct enroll_problem *problem)
{
    char path[ENROLL_GENERATION_PATH], aside[64];
    const char *name = path + strlen("generations/");

    enroll_generation_path(number, path);
    for (int i = 0; i < ASIDE_MAX; i++) {
        snprintf(aside, sizeof(aside),
                 i == 0 ? "generations/damaged-%s"
                        : "generations/damaged-%s.%d",
                 name, i);
        if (faccessat(profile_fd, aside, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            continue;
        if (renameat(profile_fd, path, profile_fd, aside) == 0) {
            note_reason(profile_fd, aside, why);
            return 1;
        }
        if (errno == ENOENT)
            return 1;
        break;
    }
    return enroll_durable_failed("set a damaged generation aside", problem);
}

/* The newest good one; what a person has left only if there is no other. */
static unsigned long find_good(const struct enroll_profile *profile,
                               int profile_fd, unsigned long without)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED], left = 0;
    size_t count =
        enroll_generations_list(profile_fd, numbers, ENROLL_GENERATIONS_LISTED);

    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == without || !good(profile, profile_fd, numbers[i]))
            continue;
        if (enroll_rolled_back(profile_fd, numbers[i]) == 0)
            return numbers[i];
        if (left == 0)
            left = numbers[i];
    }
    return left;
}

int enroll_repair(const struct enroll_profile *profile, int profile_fd,
                  unsigned long *number, struct enroll_problem *problem)
{
    unsigned long damaged = *number;
    char why[ENROLL_LINE_MAX];

    OPENSSL_strlcpy(why, problem->line, sizeof(why));
    why[strcspn(why, ";")] = '\0'; /* what to do is being done */
    if (damaged != 0 && !set_aside(profile_fd, damaged, why, problem))
        return enroll_problem_prefix(problem, profile->name);
    *number = find_good(profile, profile_fd, damaged);
    if (*number == 0
            ? !enroll_durable_remove(profile_fd, "current", problem)
            : !enroll_stages_switch(profile, profile_fd, *number, problem))
        return enroll_problem_prefix(problem, profile->name);
    return 1;
}
