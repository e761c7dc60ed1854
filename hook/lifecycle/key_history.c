/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks through generations for a key. Called before a key is used again and
 * when one is published; reads only.
 */
#include "hook/lifecycle/key_history.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/x509.h>

#include "core/uri.h"
#include "hook/lifecycle/publish.h"

int enroll_key_digest(const EVP_PKEY *key, char hex[ENROLL_SHA256_HEX])
{
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key, &der);
    int ok = length > 0 && enroll_sha256_hex(der, (size_t)length, hex);

    OPENSSL_free(der);
    return ok;
}

static int fact_is(const struct enroll_generation *generation, const char *name,
                   const char *value)
{
    const char *its = enroll_record_get(generation->facts, name);

    return its != NULL && value != NULL && strcmp(its, value) == 0;
}

/* What one generation tells of its key; the earliest and the most count. */
static void learn(const struct enroll_generation *generation,
                  struct enroll_key_history *history)
{
    long created = (long)generation->not_before, uses = 0;

    enroll_record_get_long(generation->facts, "issued", &created);
    enroll_record_get_long(generation->facts, "key-created", &created);
    enroll_record_get_long(generation->facts, "key-uses", &uses);
    if (history->created == 0 || (time_t)created < history->created)
        history->created = (time_t)created;
    if (uses > history->uses)
        history->uses = uses;
}

int enroll_key_history_find(int profile_fd, const char *spki, const char *leaf,
                            struct enroll_key_history *history)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED];
    size_t count =
        enroll_generations_list(profile_fd, numbers, ENROLL_GENERATIONS_LISTED);
    struct enroll_key_history result = {.created = 0};
    long seen = 0;

    for (size_t i = 0; i < count; i++) {
        struct enroll_generation *each = NULL;

        if (enroll_generation_open(profile_fd, "a generation", numbers[i],
                                   &each, NULL) != ENROLL_FOUND)
            continue;
        if (fact_is(each, "spki-sha256", spki) &&
            !fact_is(each, "leaf-sha256", leaf)) {
            learn(each, &result);
            seen++;
        }
        enroll_generation_free(each);
    }
    if (seen == 0)
        return 0;
    /* Where an older version has not counted: those that are there. */
    if (result.uses < seen)
        result.uses = seen;
    *history = result;
    return 1;
}

void enroll_key_history_of(int profile_fd,
                           const struct enroll_generation *generation,
                           struct enroll_key_history *history)
{
    const struct enroll_record *facts = generation->facts;
    const char *spki = enroll_record_get(facts, "spki-sha256");
    long created = 0, uses = 0;

    *history = (struct enroll_key_history){.uses = 1};
    learn(generation, history);
    if (!enroll_record_get_long(facts, "key-created", &created) ||
        !enroll_record_get_long(facts, "key-uses", &uses))
        enroll_key_history_find(profile_fd, spki, NULL, history);
}

static int profile_has(int root, const char *name, const char *spki)
{
    struct enroll_key_history ignored;
    int fd = -1, has;

    if (enroll_trust_open_dir(root, name, name, &fd, NULL) != ENROLL_FOUND)
        return 0;
    has = enroll_key_history_find(fd, spki, NULL, &ignored);
    close(fd);
    return has;
}

/* Another profile that has the key; what can't be read is nobody's. */
static int find_owner(const struct enroll_profile *profile, const char *spki,
                      char owner[ENROLL_PROFILE_MAX + 1])
{
    int root = -1, found = 0;
    DIR *folder = NULL;
    const struct dirent *entry = NULL;

    if (enroll_trust_open_root(profile->state, &root, NULL) != ENROLL_FOUND)
        return 0;
    folder = fdopendir(root);
    if (folder == NULL) {
        close(root);
        return 0;
    }
    while (!found && (entry = readdir(folder)) != NULL) {
        found = enroll_profile_name_ok(entry->d_name) &&
                strcmp(entry->d_name, profile->name) != 0 &&
                profile_has(root, entry->d_name, spki);
        if (found)
            OPENSSL_strlcpy(owner, entry->d_name, ENROLL_PROFILE_MAX + 1);
    }
    closedir(folder);
    return found;
}

int enroll_key_unshared(const struct enroll_profile *profile,
                        const EVP_PKEY *key, struct enroll_problem *problem)
{
    char spki[ENROLL_SHA256_HEX], owner[ENROLL_PROFILE_MAX + 1];

    if (!enroll_key_digest(key, spki))
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "the digest of a key can't be made");
    if (!find_owner(profile, spki, owner))
        return 1;
    return enroll_problem_set(
        problem, ENROLL_POLICY,
        "%s: the key is that of the profile %s, and no key serves two: one "
        "that is lost there would be lost here; have this profile make one of "
        "its own: enroll-hook renew %s, or enroll-hook csr %s",
        profile->name, owner, profile->name, profile->name);
}
