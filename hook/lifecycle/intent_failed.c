/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests whose certificates may not be used, kept with their keys: what was
 * wrong may have been the profile, and an order costs money. Called by work.c,
 * publish.c and resolve.
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
#include "hook/lifecycle/machine.h"

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
    long at = (long)time(NULL);
    time_t sent;
    struct tm tm;
    size_t length;

    /* The same name again where the last run was killed in between. */
    if (!enroll_record_get_long(intent, "ordered", &at))
        enroll_record_get_long(intent, "posted", &at);
    sent = (time_t)at;
    gmtime_r(&sent, &tm);
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

/* Looks at one that was set aside. */
typedef void look_fn(void *context, const char *name,
                     const struct enroll_record *record);

static void look_at_all(int profile_fd, look_fn *look, void *context)
{
    int fd = openat(profile_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry = NULL;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct enroll_record *record = NULL;

        if (strncmp(entry->d_name, PREFIX, sizeof(PREFIX) - 1) == 0 &&
            strlen(entry->d_name) < NAME_SIZE &&
            enroll_durable_load(profile_fd, entry->d_name, kind, &record,
                                NULL) == ENROLL_FOUND)
            look(context, entry->d_name, record);
        enroll_record_free(record);
    }
    if (folder != NULL)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
}

struct search {
    const char *order;
    char name[NAME_SIZE];  /* of the one with that order, or "" */
    char doubt[NAME_SIZE]; /* of the last doubt, or "" */
};

static void search_one(void *context, const char *name,
                       const struct enroll_record *record)
{
    struct search *search = context;
    const char *its = enroll_record_get(record, "order");

    if (its != NULL && strcmp(its, search->order) == 0)
        strcpy(search->name, name);
    if (enroll_machine_of(record) == ENROLL_STATE_POSTED &&
        strcmp(name, search->doubt) > 0)
        strcpy(search->doubt, name);
}

struct count {
    const char *without; /* our id of one that does not count */
    time_t since;
    int doubts;
};

static void count_one(void *context, const char *name,
                      const struct enroll_record *record)
{
    struct count *count = context;
    const char *id = enroll_record_get(record, "client-order-id");
    long posted = 0;

    (void)name;
    if (id != NULL && strcmp(id, count->without) != 0 &&
        enroll_machine_of(record) == ENROLL_STATE_POSTED &&
        enroll_record_get_long(record, "posted", &posted) &&
        (time_t)posted >= count->since)
        count->doubts++;
}

int enroll_intent_doubts(int profile_fd, const struct enroll_record *intent,
                         time_t since)
{
    struct count count = {.without =
                              enroll_record_get(intent, "client-order-id"),
                          .since = since};

    look_at_all(profile_fd, count_one, &count);
    return count.doubts;
}

struct need {
    char key[32]; /* generation:NUMBER */
    int found;
};

static void need_one(void *context, const char *name,
                     const struct enroll_record *record)
{
    struct need *need = context;
    const char *key = enroll_record_get(record, "key");

    (void)name;
    if (key != NULL && strcmp(key, need->key) == 0)
        need->found = 1;
}

int enroll_intent_needs(int profile_fd, unsigned long number)
{
    struct enroll_record *open = NULL;
    struct need need = {.found = 0};

    snprintf(need.key, sizeof(need.key), "generation:%lu", number);
    switch (enroll_intent_load(profile_fd, &open, NULL)) {
    case ENROLL_FOUND: need_one(&need, file, open); break;
    case ENROLL_FOUND_MISSING: break;
    case ENROLL_FOUND_BAD: return 1;
    }
    enroll_record_free(open);
    look_at_all(profile_fd, need_one, &need);
    return need.found;
}

enum enroll_found enroll_intent_restore(int profile_fd, const char *order,
                                        struct enroll_record **intent,
                                        struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    struct search search = {.order = order};
    const char *name = search.name;
    enum enroll_found found = ENROLL_FOUND_MISSING;
    char key[NAME_SIZE + 8];

    look_at_all(profile_fd, search_one, &search);
    if (*name == '\0')
        name = search.doubt;
    if (*name != '\0')
        found = enroll_durable_load(profile_fd, name, kind, &record, problem);
    if (found != ENROLL_FOUND)
        return found;
    snprintf(key, sizeof(key), "%s.p8", name);
    /* First goes what gives way: its request must not meet another key. */
    if ((*intent == NULL || enroll_intent_remove(profile_fd, problem)) &&
        link_key(profile_fd, record, key, ENROLL_INTENT_KEY_FILE, problem) &&
        enroll_durable_record(profile_fd, file, ENROLL_MODE_SECRET, record,
                              problem) &&
        enroll_durable_remove(profile_fd, name, problem) &&
        enroll_durable_remove(profile_fd, key, problem)) {
        enroll_record_free(*intent);
        *intent = record;
        return ENROLL_FOUND;
    }
    enroll_record_free(record);
    return ENROLL_FOUND_BAD;
}
