/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the intent. Called by work.c, and by the commands that carry requests
 * by hand; places no order itself.
 */
#include "hook/lifecycle/intent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "hook/custody/file.h"
#include "hook/durable.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/key_history.h"
#include "hook/lifecycle/machine.h"
#include "hook/lifecycle/managers.h"
#include "hook/lifecycle/request.h"
#include "hook/lifecycle/verdict.h"

#define ORDER_ID_BYTES 16

static const char file[] = "intent";
static const char kind[] = "enroll-intent";

static int no_memory(struct enroll_problem *problem)
{
    return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
}

enum enroll_found enroll_intent_load(int profile_fd,
                                     struct enroll_record **intent,
                                     struct enroll_problem *problem)
{
    enum enroll_found found =
        enroll_durable_load(profile_fd, file, kind, intent, problem);

    if (found == ENROLL_FOUND &&
        (enroll_record_get(*intent, "key") == NULL ||
         enroll_record_get(*intent, "csr") == NULL ||
         enroll_record_get(*intent, "client-order-id") == NULL)) {
        enroll_record_free(*intent);
        *intent = NULL;
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "the file 'intent' is damaged: a line is missing");
        found = ENROLL_FOUND_BAD;
    }
    return found;
}

/* Whatever the caller believes: what is on disk decides what may follow. */
static int save(int profile_fd, const struct enroll_record *intent,
                struct enroll_problem *problem)
{
    struct enroll_record *before = NULL;
    enum enroll_state state = enroll_machine_look(profile_fd, &before, problem);
    int ok;

    /* The key of a request that is being made has no intent yet. */
    if (state == ENROLL_STATE_LEFTOVER && before == NULL)
        state = ENROLL_STATE_IDLE;
    /* What can't be read now need not be damaged; the problem says why. */
    ok = state != ENROLL_STATE_DAMAGED &&
         enroll_machine_check(state, enroll_machine_of(intent), problem) &&
         enroll_durable_record(profile_fd, file, ENROLL_MODE_SECRET, intent,
                               problem);
    enroll_record_free(before);
    return ok;
}

static int client_order_id(char hex[2 * ORDER_ID_BYTES + 1])
{
    unsigned char bytes[ORDER_ID_BYTES];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return 0;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return 1;
}

/* What the profile says of using a key again. */
static int may_serve_on(const struct enroll_profile *profile, int profile_fd,
                        unsigned long number)
{
    struct enroll_generation *generation = NULL;
    struct enroll_key_history history;
    time_t now = time(NULL);

    if (profile->key_policy == ENROLL_KEY_REUSE ||
        profile->key_policy == ENROLL_KEY_ROTATE)
        return profile->key_policy == ENROLL_KEY_REUSE;
    if (enroll_generation_open(profile_fd, "the current generation", number,
                               &generation, NULL) != ENROLL_FOUND)
        return 0;
    enroll_key_history_of(profile_fd, generation, &history);
    enroll_generation_free(generation);
    return profile->key_policy == ENROLL_KEY_MAX_AGE
               ? now - history.created < profile->key_max_age
               : history.uses < profile->key_max_uses;
}

/*
 * The current generation's key, if the profile lets it serve on, it is of the
 * kind the profile asks for, nobody else's, and its certificate was not
 * revoked; *reference stays NULL where a new one is wanted. 0 and *problem if
 * the disk does not give it just now: no reason to do without it for ever.
 */
static int reusable_key(const struct enroll_profile *profile, int profile_fd,
                        const struct enroll_custody *custody, char **reference,
                        struct enroll_problem *problem)
{
    struct enroll_custody_key *key = NULL;
    unsigned long number = 0;
    char its[32];

    if (enroll_generation_current(profile_fd, &number, NULL) != ENROLL_FOUND ||
        !may_serve_on(profile, profile_fd, number) ||
        enroll_verdict_revoked(profile_fd, number))
        return 1;
    snprintf(its, sizeof(its), "generation:%lu", number);
    if (!custody->open(profile, profile_fd, its, &key, problem))
        return problem->class != ENROLL_CONFIGURATION;
    if (enroll_request_key_fits(custody->public_key(key), profile->key_type) &&
        enroll_key_unshared(profile, custody->public_key(key), NULL))
        *reference = OPENSSL_strdup(its);
    custody->close(key);
    return 1;
}

/* Signs a CSR with the key of that reference: base64 in *csr. */
static int make_csr(const struct enroll_profile *profile, int profile_fd,
                    const struct enroll_custody *custody, const char *reference,
                    char **csr, struct enroll_problem *problem)
{
    struct enroll_custody_key *key = NULL;
    int ok = custody->open(profile, profile_fd, reference, &key, problem);

    ok = ok && enroll_request_make(profile, custody, key, csr, problem);
    custody->close(key);
    return ok;
}

static int fill(struct enroll_record *intent,
                const struct enroll_profile *profile,
                const struct enroll_custody *custody, const char *reference,
                const char *csr, int manual)
{
    char id[2 * ORDER_ID_BYTES + 1];

    return client_order_id(id) &&
           enroll_record_set(intent, "key", "%s", reference) &&
           enroll_record_set(intent, "custody", "%s", custody->name) &&
           enroll_record_set(intent, "csr", "%s", csr) &&
           enroll_record_set(intent, "client-order-id", "%s", id) &&
           enroll_record_set(intent, "created", "%lld",
                             (long long)time(NULL)) &&
           enroll_record_set(intent, "config-sha256", "%s",
                             profile->config_sha256) &&
           (profile->manager == NULL ||
            (enroll_record_set(intent, "manager", "%s", profile->manager) &&
             enroll_record_set(intent, "url", "%s", profile->url))) &&
           (!manual || enroll_record_set(intent, "manual", "1"));
}

int enroll_intent_make(const struct enroll_profile *profile, int profile_fd,
                       int manual, struct enroll_record **intent,
                       struct enroll_problem *problem)
{
    const struct enroll_custody *custody = enroll_custody_find(profile->key);
    struct enroll_record *record = enroll_record_new(kind);
    char *reference = NULL, *csr = NULL;
    int ok;

    ok = reusable_key(profile, profile_fd, custody, &reference, problem) &&
         (reference != NULL ||
          custody->generate(profile, profile_fd, &reference, problem));
    ok = ok && make_csr(profile, profile_fd, custody, reference, &csr, problem);
    if (ok && (record == NULL ||
               !fill(record, profile, custody, reference, csr, manual)))
        ok = no_memory(problem);
    ok = ok && save(profile_fd, record, problem);
    OPENSSL_free(reference);
    OPENSSL_free(csr);
    if (!ok) {
        enroll_record_free(record);
        return enroll_problem_prefix(problem, profile->name);
    }
    *intent = record;
    return 1;
}

int enroll_intent_by_hand(int profile_fd, struct enroll_record *intent,
                          struct enroll_problem *problem)
{
    if (!enroll_record_set(intent, "manual", "1"))
        return no_memory(problem);
    return save(profile_fd, intent, problem);
}

int enroll_intent_retarget(int profile_fd, struct enroll_record *intent,
                           const struct enroll_profile *manager,
                           struct enroll_problem *problem)
{
    if (!enroll_record_set(intent, "manager", "%s", manager->manager) ||
        !enroll_record_set(intent, "url", "%s", manager->url) ||
        !enroll_record_set(intent, "manager-name", "%s",
                           enroll_manager_key(manager)))
        return no_memory(problem);
    return save(profile_fd, intent, problem);
}

int enroll_intent_reserve(int profile_fd, struct enroll_problem *problem)
{
    return enroll_durable_reserve(profile_fd, file, problem);
}

int enroll_intent_posted(int profile_fd, struct enroll_record *intent,
                         time_t now, struct enroll_problem *problem)
{
    if (!enroll_record_set(intent, "posted", "%lld", (long long)now))
        return no_memory(problem);
    return save(profile_fd, intent, problem) &&
           enroll_intent_reserve(profile_fd, problem);
}

int enroll_intent_ended(int profile_fd, struct enroll_record *intent,
                        const char *words, struct enroll_problem *problem)
{
    if (!enroll_record_set(intent, "ended", "%.400s", words))
        return no_memory(problem);
    return save(profile_fd, intent, problem) &&
           enroll_intent_reserve(profile_fd, problem);
}

int enroll_intent_unposted(int profile_fd, struct enroll_record **intent,
                           struct enroll_problem *problem)
{
    struct enroll_record *copy = enroll_record_new(kind);
    const char *name = NULL, *value = NULL;
    int ok = copy != NULL;

    for (size_t i = 0; ok && enroll_record_line(*intent, i, &name, &value); i++)
        ok = strcmp(name, "posted") == 0 || strcmp(name, "ended") == 0 ||
             enroll_record_set(copy, name, "%s", value);
    ok = ok ? save(profile_fd, copy, problem) : no_memory(problem);
    if (!ok) {
        enroll_record_free(copy);
        return 0;
    }
    enroll_record_free(*intent);
    *intent = copy;
    return 1;
}

int enroll_intent_ordered(int profile_fd, struct enroll_record *intent,
                          const char *order, time_t now,
                          struct enroll_problem *problem)
{
    if (!enroll_record_set(intent, "order", "%s", order) ||
        !enroll_record_set(intent, "ordered", "%lld", (long long)now))
        return no_memory(problem);
    return save(profile_fd, intent, problem);
}

X509_REQ *enroll_intent_csr(const struct enroll_record *intent,
                            struct enroll_problem *problem)
{
    X509_REQ *csr = enroll_request_decode(enroll_record_get(intent, "csr"));

    if (csr == NULL)
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "the file 'intent' is damaged: its request can't "
                           "be read");
    return csr;
}

static int came_from(int profile_fd, const struct enroll_record *intent)
{
    struct enroll_generation *current = NULL;
    const char *its = NULL;
    int same;

    if (enroll_generation_open(profile_fd, "the current generation", 0,
                               &current, NULL) != ENROLL_FOUND)
        return 0;
    its = enroll_record_get(current->facts, "client-order-id");
    same = its != NULL &&
           strcmp(its, enroll_record_get(intent, "client-order-id")) == 0;
    enroll_generation_free(current);
    return same;
}

int enroll_intent_leftover(int profile_fd)
{
    struct enroll_record *intent = NULL;
    int leftover = 0;

    switch (enroll_intent_load(profile_fd, &intent, NULL)) {
    case ENROLL_FOUND: leftover = came_from(profile_fd, intent); break;
    case ENROLL_FOUND_MISSING:
        leftover = faccessat(profile_fd, ENROLL_INTENT_KEY_FILE, F_OK,
                             AT_SYMLINK_NOFOLLOW) == 0;
        break;
    case ENROLL_FOUND_BAD: break;
    }
    enroll_record_free(intent);
    return leftover;
}

int enroll_intent_tidy(int profile_fd, struct enroll_problem *problem)
{
    /* Whoever got that far was held up by no failure, or waited it out. */
    return !enroll_intent_leftover(profile_fd) ||
           (enroll_backoff_clear(profile_fd, problem) &&
            enroll_intent_remove(profile_fd, problem));
}

int enroll_intent_remove(int profile_fd, struct enroll_problem *problem)
{
    return enroll_durable_remove(profile_fd, file, problem) &&
           enroll_durable_remove(profile_fd, ENROLL_INTENT_KEY_FILE, problem);
}

int enroll_intent_drop(const struct enroll_profile *profile, int profile_fd,
                       const struct enroll_record *intent,
                       struct enroll_problem *problem)
{
    /* The key last: an intent without its key would be of no use. */
    if (!enroll_durable_remove(profile_fd, file, problem))
        return 0;
    enroll_custody_find(profile->key)
        ->discard(profile, profile_fd, enroll_record_get(intent, "key"));
    return 1;
}
