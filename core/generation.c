/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a generation. Called by the provider on every delivery and by the
 * hook, which alone writes them. One open folder serves all reads, so that a
 * switch of `current` in between can never mix two generations.
 */
#include "core/generation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/load.h"

#define CHAIN_BYTES_MAX (ENROLL_CHAIN_MAX * ENROLL_CERTIFICATE_MAX)

static const char folder[] = "generations/";
static const char *const renew_by_names[] = {"signer", "timer", "agent"};

int enroll_renew_by_parse(const char *text, enum enroll_renew_by *renew_by)
{
    for (size_t i = 0; i < 3; i++) {
        if (text != NULL && strcmp(text, renew_by_names[i]) == 0) {
            *renew_by = (enum enroll_renew_by)i;
            return 1;
        }
    }
    return 0;
}

const char *enroll_renew_by_name(enum enroll_renew_by renew_by)
{
    return renew_by_names[renew_by];
}

int enroll_sha256_hex(const void *data, size_t length,
                      char hex[ENROLL_SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[32];
    size_t size = 0;
    int ok;

    ERR_set_mark(); /* the caller says it in its own words */
    ok = EVP_Q_digest(NULL, "SHA256", NULL, data, length, digest, &size) &&
         size == sizeof(digest);
    ERR_pop_to_mark();
    if (!ok)
        return 0;
    for (size_t i = 0; i < sizeof(digest); i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * sizeof(digest)] = '\0';
    return 1;
}

void enroll_generation_path(unsigned long number,
                            char path[ENROLL_GENERATION_PATH])
{
    snprintf(path, ENROLL_GENERATION_PATH, "%s%0*lu", folder,
             ENROLL_GENERATION_WIDTH, number);
}

enum enroll_found enroll_generation_current(int profile_fd,
                                            unsigned long *number,
                                            struct enroll_problem *problem)
{
    char target[64], expected[ENROLL_GENERATION_PATH];
    ssize_t length =
        readlinkat(profile_fd, "current", target, sizeof(target) - 1);
    unsigned long found = 0;

    if (length < 0 && errno == ENOENT)
        return ENROLL_FOUND_MISSING;
    if (length > (ssize_t)strlen(folder)) {
        target[length] = '\0';
        found = strtoul(target + strlen(folder), NULL, 10);
        enroll_generation_path(found, expected);
        if (found > 0 && strcmp(target, expected) == 0) {
            *number = found;
            return ENROLL_FOUND;
        }
    }
    enroll_problem_set(problem, ENROLL_NOT_USABLE,
                       "'current' does not point to a generation; run "
                       "enroll-hook ready");
    return ENROLL_FOUND_BAD;
}

static int refuse_damaged(unsigned long number, const char *what,
                          struct enroll_problem *problem)
{
    return enroll_problem_set(problem, ENROLL_NOT_USABLE,
                              "generation %lu is damaged: %s; run enroll-hook "
                              "ready",
                              number, what);
}

static int parse_sizes(struct enroll_generation *generation)
{
    const char *at = enroll_record_get(generation->facts, "certificates");
    size_t count = 0;

    while (at != NULL && *at >= '0' && *at <= '9') {
        char *end = NULL;
        unsigned long size = strtoul(at, &end, 10);

        if (count == ENROLL_CHAIN_MAX || size == 0 ||
            size > ENROLL_CERTIFICATE_MAX)
            return 0;
        generation->sizes[count++] = size;
        if (*end == '\0') {
            generation->certificates = count;
            return 1;
        }
        at = *end == ',' ? end + 1 : NULL;
    }
    return 0;
}

static int get_time(const struct enroll_record *facts, const char *name,
                    time_t *time)
{
    long value;

    if (!enroll_record_get_long(facts, name, &value))
        return 0;
    *time = (time_t)value;
    return 1;
}

static int read_facts(struct enroll_generation *generation)
{
    const struct enroll_record *facts = generation->facts;

    generation->custody = enroll_record_get(facts, "custody");
    generation->renew_by = ENROLL_RENEW_BY_SIGNER;
    enroll_renew_by_parse(enroll_record_get(facts, "renew-by"),
                          &generation->renew_by);
    return generation->custody != NULL &&
           get_time(facts, "not-before", &generation->not_before) &&
           get_time(facts, "not-after", &generation->not_after) &&
           get_time(facts, "renew-at", &generation->renew_at) &&
           get_time(facts, "refuse-at", &generation->refuse_at) &&
           parse_sizes(generation);
}

static enum enroll_found load_facts(struct enroll_generation *generation,
                                    struct enroll_problem *problem)
{
    const char *why = "a fact is missing or malformed";
    char *text = NULL;
    size_t length = 0;
    enum enroll_found found =
        enroll_trust_read(generation->fd, "facts", "its facts",
                          ENROLL_RECORD_MAX, &text, &length, problem);

    if (found == ENROLL_FOUND_MISSING)
        why = "its facts are missing";
    if (found == ENROLL_FOUND) {
        generation->facts =
            enroll_record_parse("enroll-facts", text, length, &why);
        if (generation->facts == NULL &&
            enroll_load_newer("enroll-facts", text, length, problem))
            found = ENROLL_FOUND_BAD;
        OPENSSL_free(text);
        if (generation->facts != NULL) {
            why = "a fact is missing or malformed";
            if (read_facts(generation))
                return ENROLL_FOUND;
        }
    }
    if (found != ENROLL_FOUND_BAD)
        refuse_damaged(generation->number, why, problem);
    return ENROLL_FOUND_BAD;
}

enum enroll_found enroll_generation_open(int profile_fd, const char *shown,
                                         unsigned long number,
                                         struct enroll_generation **generation,
                                         struct enroll_problem *problem)
{
    struct enroll_generation *result = NULL;
    char path[ENROLL_GENERATION_PATH];
    enum enroll_found found;
    int generations = -1;

    if (number == 0) {
        found = enroll_generation_current(profile_fd, &number, problem);
        if (found != ENROLL_FOUND)
            return found;
    }
    enroll_generation_path(number, path);
    found = enroll_trust_open_dir(profile_fd, "generations", shown,
                                  &generations, problem);
    if (found != ENROLL_FOUND)
        return found;
    result = OPENSSL_zalloc(sizeof(*result));
    if (result == NULL) {
        close(generations);
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
        return ENROLL_FOUND_BAD;
    }
    result->fd = -1;
    result->number = number;
    found = enroll_trust_open_dir(generations, path + strlen(folder), shown,
                                  &result->fd, problem);
    close(generations);
    if (found == ENROLL_FOUND)
        found = load_facts(result, problem);
    if (found != ENROLL_FOUND) {
        enroll_generation_free(result);
        return found;
    }
    *generation = result;
    return ENROLL_FOUND;
}

void enroll_generation_free(struct enroll_generation *generation)
{
    if (generation == NULL)
        return;
    if (generation->fd >= 0)
        close(generation->fd);
    enroll_record_free(generation->facts);
    OPENSSL_free(generation);
}

/* Whether data is what the fact of that name says. */
static int check_digest(const struct enroll_generation *generation,
                        const char *file, const char *name, const char *data,
                        size_t size, struct enroll_problem *problem)
{
    const char *expected = enroll_record_get(generation->facts, name);
    char hex[ENROLL_SHA256_HEX], what[64];

    /* Not the generation's fault: nobody must go and replace it. */
    if (!enroll_sha256_hex(data, size, hex))
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "this process has no SHA-256 to check %s "
                                  "with; activate the default provider too in "
                                  "openssl.cnf, listed first",
                                  file);
    if (expected != NULL && strcmp(hex, expected) == 0)
        return 1;
    snprintf(what, sizeof(what), "%s is not what was written", file);
    return refuse_damaged(generation->number, what, problem);
}

typedef enum enroll_found read_fn(int folder, const char *name,
                                  const char *shown, size_t max, char **data,
                                  size_t *length,
                                  struct enroll_problem *problem);

/* A file of the generation whose digest stands in facts under name. */
static int read_checked(const struct enroll_generation *generation,
                        read_fn *read, const char *file, const char *name,
                        size_t max, char **data, size_t *length,
                        struct enroll_problem *problem)
{
    char *bytes = NULL, what[64];
    size_t size = 0;
    enum enroll_found found =
        read(generation->fd, file, file, max, &bytes, &size, problem);

    if (found == ENROLL_FOUND_BAD)
        return 0;
    if (found == ENROLL_FOUND_MISSING) {
        snprintf(what, sizeof(what), "%s is missing", file);
        return refuse_damaged(generation->number, what, problem);
    }
    if (!check_digest(generation, file, name, bytes, size, problem)) {
        OPENSSL_clear_free(bytes, size + 1);
        return 0;
    }
    *data = bytes;
    *length = size;
    return 1;
}

int enroll_generation_chain(const struct enroll_generation *generation,
                            struct enroll_chain *chain,
                            struct enroll_problem *problem)
{
    char *data = NULL;
    size_t length = 0, at = 0;

    if (!read_checked(generation, enroll_trust_read, "chain.der",
                      "chain-sha256", CHAIN_BYTES_MAX, &data, &length, problem))
        return 0;
    for (size_t i = 0; i < generation->certificates; i++)
        at += generation->sizes[i];
    if (at != length) {
        OPENSSL_free(data);
        return refuse_damaged(generation->number,
                              "chain.der has another size than its facts say",
                              problem);
    }
    memset(chain, 0, sizeof(*chain));
    chain->data = (unsigned char *)data;
    chain->count = generation->certificates;
    at = 0;
    for (size_t i = 0; i < chain->count; i++) {
        chain->certificate[i] = chain->data + at;
        chain->size[i] = generation->sizes[i];
        at += generation->sizes[i];
    }
    return 1;
}

void enroll_chain_clear(struct enroll_chain *chain)
{
    OPENSSL_free(chain->data);
    memset(chain, 0, sizeof(*chain));
}

int enroll_generation_key(const struct enroll_generation *generation,
                          unsigned char **der, size_t *length,
                          struct enroll_problem *problem)
{
    char *data = NULL;

    if (!read_checked(generation, enroll_trust_read_secret, "key.p8",
                      "key-sha256", ENROLL_KEY_MAX, &data, length, problem))
        return 0;
    *der = (unsigned char *)data;
    return 1;
}
