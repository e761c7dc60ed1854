/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests whose certificates may not be used, kept with their keys: what was
 * wrong may have been the profile, and an order costs money. Called by work.c
 * and by resolve.
 */
#include "hook/lifecycle/intent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/custody/file.h"
#include "hook/durable.h"

#define PREFIX    "intent.failed-"
#define NAME_SIZE 48

static const char file[] = "intent";
static const char kind[] = "enroll-intent";

/*
 * The key has both names before the first one goes: without its intent it
 * would be taken for a leftover and removed.
 */
static int link_key(int profile_fd, const struct enroll_record *intent,
                    const char *from, const char *to,
                    struct enroll_problem *problem)
{
    if (strcmp(enroll_record_get(intent, "key"), ENROLL_INTENT_KEY) != 0)
        return 1;
    if ((unlinkat(profile_fd, to, 0) == 0 || errno == ENOENT) &&
        linkat(profile_fd, from, profile_fd, to, 0) == 0 &&
        fsync(profile_fd) == 0)
        return 1;
    return enroll_durable_failed("keep the key of a request", problem);
}

int enroll_intent_set_aside(int profile_fd, struct enroll_record *intent,
                            const char *why, struct enroll_problem *problem)
{
    char name[NAME_SIZE], key[NAME_SIZE + 8];
    time_t now = time(NULL);
    struct tm tm;
    size_t length;

    gmtime_r(&now, &tm);
    length = strftime(name, sizeof(name), PREFIX "%Y%m%dT%H%M%SZ-", &tm);
    snprintf(name + length, sizeof(name) - length, "%.8s",
             enroll_record_get(intent, "client-order-id"));
    snprintf(key, sizeof(key), "%s.p8", name);
    if (!enroll_record_set(intent, "failed", "%s", why))
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    return enroll_durable_record(profile_fd, name, ENROLL_MODE_SECRET, intent,
                                 problem) &&
           link_key(profile_fd, intent, ENROLL_INTENT_KEY_FILE, key, problem) &&
           enroll_durable_remove(profile_fd, file, problem) &&
           enroll_durable_remove(profile_fd, ENROLL_INTENT_KEY_FILE, problem);
}

/* The name of the one with that order; 0 if there is none. */
static int find_failed(int profile_fd, const char *order, char name[NAME_SIZE])
{
    int fd = openat(profile_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry = NULL;
    int found = 0;

    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        struct enroll_record *record = NULL;
        const char *its = NULL;

        if (strncmp(entry->d_name, PREFIX, sizeof(PREFIX) - 1) != 0 ||
            strlen(entry->d_name) >= NAME_SIZE ||
            enroll_durable_load(profile_fd, entry->d_name, kind, &record,
                                NULL) != ENROLL_FOUND)
            continue;
        its = enroll_record_get(record, "order");
        found = its != NULL && strcmp(its, order) == 0;
        if (found)
            strcpy(name, entry->d_name);
        enroll_record_free(record);
    }
    if (folder != NULL)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
    return found;
}

int enroll_intent_restore(int profile_fd, const char *order,
                          struct enroll_record **intent,
                          struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    char name[NAME_SIZE], key[NAME_SIZE + 8];

    if (!find_failed(profile_fd, order, name) ||
        enroll_durable_load(profile_fd, name, kind, &record, problem) !=
            ENROLL_FOUND)
        return 0;
    snprintf(key, sizeof(key), "%s.p8", name);
    if (!link_key(profile_fd, record, key, ENROLL_INTENT_KEY_FILE, problem) ||
        !enroll_durable_record(profile_fd, file, ENROLL_MODE_SECRET, record,
                               problem) ||
        !enroll_durable_remove(profile_fd, name, problem) ||
        !enroll_durable_remove(profile_fd, key, problem)) {
        enroll_record_free(record);
        return 0;
    }
    *intent = record;
    return 1;
}
