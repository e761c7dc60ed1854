/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One generation of an identity as it lies on disk (docs/architecture.md):
 *
 *   STATE/PROFILE/current -> generations/0000000007
 *   STATE/PROFILE/generations/0000000007/
 *       facts         record "enroll-facts" (names below)
 *       chain.der     leaf, then intermediates, DER one after the other
 *       identity.pem  reference block, then the same certificates in PEM
 *       key.p8        DER PrivateKeyInfo; custody "file" only
 *
 * Names in facts that readers rely on:
 *   not-before, not-after   of the leaf, seconds since the epoch
 *   renew-at, refuse-at     as derived at publication; a verdict overrides
 *   renew-by                signer, timer or agent
 *   custody                 file, pkcs11 or managed
 *   certificates            sizes in chain.der in bytes, "1402,1530"
 *   chain-sha256            of chain.der, lower-case hex
 *   key-sha256              of key.p8, lower-case hex; custody "file" only
 */
#ifndef ENROLL_CORE_GENERATION_H
#define ENROLL_CORE_GENERATION_H

#include <time.h>

#include "core/record.h"
#include "core/trust.h"

#define ENROLL_CHAIN_MAX        8     /* certificates, leaf included */
#define ENROLL_CERTIFICATE_MAX  16384 /* bytes of one */
#define ENROLL_KEY_MAX          16384
#define ENROLL_GENERATION_WIDTH 10
#define ENROLL_GENERATION_PATH  32

enum enroll_renew_by {
    ENROLL_RENEW_BY_SIGNER,
    ENROLL_RENEW_BY_TIMER,
    ENROLL_RENEW_BY_AGENT
};

/* "signer", "timer", "agent"; 1, or 0 with *renew_by untouched. */
int enroll_renew_by_parse(const char *text, enum enroll_renew_by *renew_by);
const char *enroll_renew_by_name(enum enroll_renew_by renew_by);

struct enroll_generation {
    unsigned long number;
    int fd; /* its folder */
    struct enroll_record *facts;
    time_t not_before, not_after, renew_at, refuse_at;
    enum enroll_renew_by renew_by;
    const char *custody; /* owned by facts */
    size_t certificates; /* how many, at least 1 */
    size_t sizes[ENROLL_CHAIN_MAX];
};

/* Leaf and intermediates; certificate[i] points into data. */
struct enroll_chain {
    unsigned char *data;
    size_t count;
    const unsigned char *certificate[ENROLL_CHAIN_MAX];
    size_t size[ENROLL_CHAIN_MAX];
};

/* "generations/0000000007" into path. */
void enroll_generation_path(unsigned long number,
                            char path[ENROLL_GENERATION_PATH]);

/* The number of the one that `current` points to. */
enum enroll_found enroll_generation_current(int profile_fd,
                                            unsigned long *number,
                                            struct enroll_problem *problem);

/*
 * Opens generation number (0: the current one). shown is the identity's folder
 * as messages call it. *generation is the caller's.
 */
enum enroll_found enroll_generation_open(int profile_fd, const char *shown,
                                         unsigned long number,
                                         struct enroll_generation **generation,
                                         struct enroll_problem *problem);
void enroll_generation_free(struct enroll_generation *generation);

/* Reads the chain and compares its digest with facts. 1, or 0 and *problem. */
int enroll_generation_chain(const struct enroll_generation *generation,
                            struct enroll_chain *chain,
                            struct enroll_problem *problem);
void enroll_chain_clear(struct enroll_chain *chain);

/* key.p8, likewise; the caller's: OPENSSL_clear_free(*der, *length). */
int enroll_generation_key(const struct enroll_generation *generation,
                          unsigned char **der, size_t *length,
                          struct enroll_problem *problem);

/* Lower-case hex SHA-256 into hex; 1, or 0 where no provider offers it. */
#define ENROLL_SHA256_HEX 65
int enroll_sha256_hex(const void *data, size_t length,
                      char hex[ENROLL_SHA256_HEX]);

#endif
