/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks through the records of an identity for versions to come. Called under
 * the lock, before anything is written; writes nothing itself.
 */
#include "hook/lifecycle/version.h"

#include <unistd.h>

#include <openssl/crypto.h>

#include "core/generation.h"
#include "core/load.h"
#include "hook/lifecycle/publish.h"

static const struct {
    const char *name, *kind;
} records[] = {
    {"verdict", "enroll-verdict"},       {"intent", "enroll-intent"},
    {"backoff", "enroll-backoff"},       {"orders", "enroll-orders"},
    {"publishing", "enroll-publishing"}, {"managers", "enroll-managers"},
};

#define RECORD_COUNT (sizeof(records) / sizeof(records[0]))

static int known(int folder, const char *name, const char *kind,
                 struct enroll_problem *problem)
{
    char *text = NULL;
    size_t length = 0;
    int newer;

    if (enroll_trust_read(folder, name, name, ENROLL_RECORD_MAX, &text, &length,
                          NULL) != ENROLL_FOUND)
        return 1;
    newer = enroll_load_newer(kind, text, length, problem);
    OPENSSL_clear_free(text, length + 1);
    return !newer;
}

static int generation_known(int profile_fd, unsigned long number,
                            struct enroll_problem *problem)
{
    char path[ENROLL_GENERATION_PATH];
    int fd = -1, ok;

    enroll_generation_path(number, path);
    if (enroll_trust_open_dir(profile_fd, path, path, &fd, NULL) !=
        ENROLL_FOUND)
        return 1;
    ok = known(fd, "facts", "enroll-facts", problem);
    close(fd);
    return ok;
}

int enroll_version_ok(int profile_fd, struct enroll_problem *problem)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED];
    size_t count =
        enroll_generations_list(profile_fd, numbers, ENROLL_GENERATIONS_LISTED);
    int ok = 1;

    for (size_t i = 0; ok && i < RECORD_COUNT; i++)
        ok = known(profile_fd, records[i].name, records[i].kind, problem);
    for (size_t i = 0; ok && i < count; i++)
        ok = generation_known(profile_fd, numbers[i], problem);
    return ok;
}
