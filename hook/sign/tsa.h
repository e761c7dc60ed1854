/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps from a list of authorities (RFC 3161 over HTTP), one after the
 * other, each with its own deadline. The hook asks for them itself:
 * osslsigncode waits for a silent authority for ever, never tries the next one
 * then, and attaches whatever comes.
 */
#ifndef ENROLL_HOOK_SIGN_TSA_H
#define ENROLL_HOOK_SIGN_TSA_H

#include "hook/profile.h"
#include "hook/sign/interrupt.h"
#include "hook/sign/token.h"

struct enroll_tsa {
    const char *urls[ENROLL_TSA_MAX];
    size_t count;
    size_t first;        /* the one that answered last */
    long timeout;        /* seconds, each */
    const char *ca_file; /* NULL: the system's */
    const char *proxy;   /* NULL: the usual environment variables */
    struct enroll_interrupt *interrupt; /* may be NULL */
    int failed_runs; /* how often in a row none has answered */
};

/*
 * A checked token over data, the caller's, and *url it came from; or NULL and
 * *problem: class timestamp, with the reason of each authority.
 */
PKCS7 *enroll_tsa_stamp(struct enroll_tsa *tsa, const unsigned char *data,
                        size_t length, const char **url,
                        struct enroll_problem *problem);

/* One authority, for `check`: 1 if it gives a good token now. */
int enroll_tsa_probe(struct enroll_tsa *tsa, size_t which,
                     struct enroll_problem *problem);

#endif
