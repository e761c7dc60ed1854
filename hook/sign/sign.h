/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing of files in place with the installed osslsigncode:
 *
 *   osslsigncode sign           the key is used once, no network
 *   osslsigncode extract        the signature as PKCS#7
 *   our own RFC 3161 request    with nonce and deadline; the reply is checked
 *   osslsigncode attach         the same signature with the time stamp in it
 *   osslsigncode verify         digest, signature, chain
 *   our own check               it is our leaf's and the time stamp is good
 *   rename                      only then the file is replaced
 *
 * osslsigncode never goes to a time-stamp authority itself (hook/sign/tsa.h
 * says why), and a second authority costs no second signature.
 */
#ifndef ENROLL_HOOK_SIGN_SIGN_H
#define ENROLL_HOOK_SIGN_SIGN_H

#include <limits.h>
#include <time.h>

#include "hook/profile.h"
#include "hook/sign/tool.h"
#include "hook/sign/tsa.h"

struct enroll_signer {
    const struct enroll_profile *profile;
    struct enroll_tool tool;
    struct enroll_tsa tsa;
    struct enroll_interrupt *interrupt;
    int timestamp; /* 0: none is wanted */
    int again;     /* sign although it is signed already */
    const char *description, *info_url;
    /* of the generation that signs; enroll_signer_identity fills them */
    unsigned long generation;
    char identity[PATH_MAX];
    X509 *leaf;
};

enum enroll_signed {
    ENROLL_SIGNED_FAILED, /* *problem; the file is as it was */
    ENROLL_SIGNED_NOW,
    ENROLL_SIGNED_BEFORE /* by this identity: left alone */
};

struct enroll_signed_file {
    char replaced[256];             /* whose signature was there before; "" */
    time_t stamped;                 /* the time stamp's time, or 0 */
    char path[PATH_MAX];            /* absolute, links followed */
    char sha256[ENROLL_SHA256_HEX]; /* of the signed file, or "" */
    const char *tsa;                /* the authority it came from, or NULL */
};

/* Loads the leaf of generation and finds its identity file. */
int enroll_signer_identity(struct enroll_signer *signer,
                           unsigned long generation,
                           struct enroll_problem *problem);
void enroll_signer_clear(struct enroll_signer *signer);

/*
 * 1 if certificate is the leaf of a generation that is still kept, or certifies
 * the current one's key.
 */
int enroll_signer_is_ours(const struct enroll_signer *signer,
                          X509 *certificate);

/* Signs one file in place; failures name no file. */
enum enroll_signed enroll_sign_file(struct enroll_signer *signer,
                                    const char *file,
                                    struct enroll_signed_file *result,
                                    struct enroll_problem *problem);

#endif
