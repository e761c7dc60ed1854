/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes generations. Called under the identity's lock once the review has
 * passed. A generation is complete, durable and read back under its number
 * before `current` moves; where that fails it goes again.
 */
#include "hook/lifecycle/publish.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/durable.h"
#include "hook/lifecycle/encode.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/key_history.h"
#include "hook/lifecycle/stages.h"

#define GENERATIONS_MAX 1024

static const char folder[] = "generations";
static const char temporary[] = ".tmp-new";

/* "0000000007" or "damaged-0000000007..." gives 7, anything else 0. */
static unsigned long number_of(const char *name)
{
    static const char damaged[] = "damaged-";

    if (strncmp(name, damaged, sizeof(damaged) - 1) == 0)
        name += sizeof(damaged) - 1;
    return strspn(name, "0123456789") < ENROLL_GENERATION_WIDTH
               ? 0
               : strtoul(name, NULL, 10);
}

static int descending(const void *a, const void *b)
{
    unsigned long left = *(const unsigned long *)a;
    unsigned long right = *(const unsigned long *)b;

    return left < right ? 1 : left > right ? -1 : 0;
}

static DIR *open_generations(int profile_fd)
{
    int fd = openat(profile_fd, folder,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (dir == NULL && fd >= 0)
        close(fd);
    return dir;
}

/* *highest counts the damaged ones too: a number is never given twice. */
static size_t list(int profile_fd, unsigned long *numbers, size_t max,
                   unsigned long *highest)
{
    DIR *dir = open_generations(profile_fd);
    const struct dirent *entry = NULL;
    size_t count = 0;

    *highest = 0;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        unsigned long number = number_of(entry->d_name);

        if (number > *highest)
            *highest = number;
        if (number > 0 && entry->d_name[0] != 'd' && count < max)
            numbers[count++] = number;
    }
    if (dir != NULL)
        closedir(dir);
    qsort(numbers, count, sizeof(*numbers), descending);
    return count;
}

size_t enroll_generations_aside(int profile_fd, struct enroll_aside *aside,
                                size_t max)
{
    DIR *dir = open_generations(profile_fd);
    const struct dirent *entry = NULL;
    size_t count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        unsigned long number = number_of(entry->d_name);

        if (number == 0 || entry->d_name[0] != 'd' || count == max)
            continue;
        aside[count].number = number;
        snprintf(aside[count].folder, sizeof(aside[count].folder), "%s/%.48s",
                 folder, entry->d_name);
        count++;
    }
    if (dir != NULL)
        closedir(dir);
    return count;
}

size_t enroll_generations_list(int profile_fd, unsigned long *numbers,
                               size_t max)
{
    unsigned long highest = 0;

    return list(profile_fd, numbers, max, &highest);
}

/* What there is beyond those kept, but never what is in use. */
static void prune(const struct enroll_profile *profile, int profile_fd,
                  int generations_fd)
{
    unsigned long numbers[GENERATIONS_MAX], current = 0;
    size_t count =
        enroll_generations_list(profile_fd, numbers, GENERATIONS_MAX);
    char path[ENROLL_GENERATION_PATH];

    enroll_generation_current(profile_fd, &current, NULL);
    for (size_t i = (size_t)profile->keep; i < count; i++) {
        if (numbers[i] == current ||
            enroll_stages_need(profile_fd, numbers[i]) ||
            enroll_intent_needs(profile_fd, numbers[i]))
            continue;
        enroll_generation_path(numbers[i], path);
        enroll_durable_remove_folder(generations_fd, path + sizeof(folder));
    }
}

static int write_files(const struct enroll_publication *publication, int fd,
                       unsigned long number, struct enroll_problem *problem)
{
    struct enroll_encoded encoded = {.der = NULL};
    int ok;

    ok = enroll_encode(publication, number, &encoded, problem) &&
         publication->custody->publish(publication->key, fd, encoded.facts,
                                       problem) &&
         enroll_durable_write(fd, "chain.der", ENROLL_MODE_PUBLIC, encoded.der,
                              encoded.der_length, problem) &&
         enroll_durable_write(fd, "identity.pem", ENROLL_MODE_PUBLIC,
                              encoded.pem, encoded.pem_length, problem) &&
         enroll_durable_record(fd, "facts", ENROLL_MODE_PUBLIC, encoded.facts,
                               problem);
    enroll_encoded_clear(&encoded);
    return ok;
}

/* Written in a folder that has no number yet, then given one. */
static int write_generation(const struct enroll_publication *publication,
                            int generations_fd, unsigned long number,
                            struct enroll_problem *problem)
{
    char path[ENROLL_GENERATION_PATH];
    int fd = -1, ok;

    enroll_durable_remove_folder(generations_fd, temporary);
    if (!enroll_durable_folder(generations_fd, temporary, "a new generation",
                               &fd, problem))
        return 0;
    ok = write_files(publication, fd, number, problem);
    close(fd);
    enroll_generation_path(number, path);
    if (ok && (renameat(generations_fd, temporary, generations_fd,
                        path + sizeof(folder)) != 0 ||
               fsync(generations_fd) != 0))
        ok = enroll_durable_failed("name a new generation", problem);
    if (!ok)
        enroll_durable_remove_folder(generations_fd, temporary);
    return ok;
}

/* As any reader will: core/generation.h, digests and all. */
static int read_back(const struct enroll_publication *publication,
                     unsigned long number, struct enroll_problem *problem)
{
    struct enroll_generation *generation = NULL;
    struct enroll_chain chain = {.data = NULL};
    X509 *leaf = sk_X509_value(publication->chain, 0), *read = NULL;
    const unsigned char *at = NULL;
    int ok;

    ok = enroll_generation_open(publication->profile_fd, "a new generation",
                                number, &generation, problem) == ENROLL_FOUND &&
         enroll_generation_chain(generation, &chain, problem);
    if (ok && strcmp(generation->custody, "file") == 0) {
        unsigned char *key = NULL;
        size_t length = 0;

        ok = enroll_generation_key(generation, &key, &length, problem);
        if (ok)
            OPENSSL_clear_free(key, length + 1);
    }
    if (ok) {
        at = chain.certificate[0];
        read = d2i_X509(NULL, &at, (long)chain.size[0]);
        if (read == NULL || X509_cmp(read, leaf) != 0)
            ok = enroll_problem_set(problem, ENROLL_INTERNAL,
                                    "generation %lu does not read back as it "
                                    "was written",
                                    number);
    }
    X509_free(read);
    enroll_chain_clear(&chain);
    enroll_generation_free(generation);
    return ok;
}

/* What did not become current; or every try would leave one more key. */
static void withdraw(int profile_fd, int generations_fd, unsigned long number)
{
    unsigned long current = 0;
    char path[ENROLL_GENERATION_PATH];

    if (enroll_generation_current(profile_fd, &current, NULL) ==
            ENROLL_FOUND_BAD ||
        current == number)
        return;
    enroll_generation_path(number, path);
    enroll_durable_remove_folder(generations_fd, path + sizeof(folder));
}

/*
 * One that was in use here when the certificate was ordered stays in use: a
 * copy of the folder made since must not lose the order. The next is new.
 */
static int key_ok(const struct enroll_publication *publication,
                  struct enroll_problem *problem)
{
    static const char ours[] = "generation:";
    const char *reference = enroll_record_get(publication->intent, "key");

    return (reference != NULL &&
            strncmp(reference, ours, sizeof(ours) - 1) == 0) ||
           enroll_key_unshared(
               publication->profile,
               X509_get0_pubkey(sk_X509_value(publication->chain, 0)), problem);
}

int enroll_publish(const struct enroll_publication *publication,
                   unsigned long *number, struct enroll_problem *problem)
{
    int profile_fd = publication->profile_fd, generations_fd = -1, ok;
    unsigned long numbers[GENERATIONS_MAX], highest = 0;

    if (!key_ok(publication, problem) ||
        !enroll_stages_settle(publication->profile, profile_fd, problem) ||
        !enroll_durable_folder(profile_fd, folder, "its generations",
                               &generations_fd, problem))
        return 0;
    list(profile_fd, numbers, GENERATIONS_MAX, &highest);
    ok = write_generation(publication, generations_fd, highest + 1, problem) &&
         read_back(publication, highest + 1, problem) &&
         enroll_stages_publish(publication->profile, profile_fd, highest + 1,
                               problem);
    if (ok)
        prune(publication->profile, profile_fd, generations_fd);
    else
        withdraw(profile_fd, generations_fd, highest + 1);
    close(generations_fd);
    if (ok)
        *number = highest + 1;
    return ok;
}
