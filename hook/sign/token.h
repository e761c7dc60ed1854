/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of an RFC 3161 time-stamp token, 2.4.2 of which says what the
 * requester has to look at. osslsigncode looks at none of it when it attaches
 * a token, and a verification still says yes to a bad one while the leaf is
 * unexpired.
 */
#ifndef ENROLL_HOOK_SIGN_TOKEN_H
#define ENROLL_HOOK_SIGN_TOKEN_H

#include <time.h>

#include <openssl/pkcs7.h>
#include <openssl/ts.h>

#include "core/problem.h"

/* How far the authority's clock may be from ours when it has just answered. */
#define ENROLL_TOKEN_SKEW 300

struct enroll_token_rules {
    const unsigned char *data; /* what is stamped: a signature value */
    size_t length;
    const char *ca_file; /* PEM roots; NULL: the system's */
    time_t fresh;        /* it must be made at about that time; 0: whenever */
};

/* A request for data, SHA-256, nonce, certificate wanted. NULL: memory. */
TS_REQ *enroll_token_request(const unsigned char *data, size_t length);

/*
 * Checks a reply against its request (status, policy, nonce, imprint) and its
 * token against the rules. The token, the caller's, or NULL and *problem
 * (class timestamp), whose line is only the reason: it names no authority.
 */
PKCS7 *enroll_token_from_reply(TS_RESP *reply, TS_REQ *request,
                               const struct enroll_token_rules *rules,
                               struct enroll_problem *problem);

/*
 * Content type, version, imprint with a hash that still counts, time, the
 * authority's signature, signing-certificate attribute and chain (which must
 * have been valid at the token's time), and its certificate's only and
 * critical purpose. 1 and *made, or 0 and *problem as above.
 */
int enroll_token_check(PKCS7 *token, const struct enroll_token_rules *rules,
                       time_t *made, struct enroll_problem *problem);

#endif
