/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a manager can be asked for, whatever protocol it speaks. One file per
 * protocol implements it and one line in protocol.c lists it. No function
 * touches state on disk, repeats an order, or waits beyond the session's
 * deadline; each fills *problem on failure with the profile, the manager's own
 * words and what would help. Neither secret nor token is ever in a line.
 *
 * Not safe for two threads at once; a process may have several sessions.
 */
#ifndef ENROLL_HOOK_PROTOCOL_PROTOCOL_H
#define ENROLL_HOOK_PROTOCOL_PROTOCOL_H

#include <time.h>

#include <openssl/x509.h>

#include "hook/profile.h"

/* Bytes of a manager's id for an order, without NUL: printable ASCII. */
#define ENROLL_ORDER_ID_MAX 128

struct enroll_session; /* one manager, one profile, one token */

struct enroll_order {
    X509_REQ *csr;
    const char *client_order_id; /* ours, unique: for lookup after a doubt */
};

enum enroll_order_result {
    ENROLL_ORDER_TAKEN,   /* *id is the manager's */
    ENROLL_ORDER_REFUSED, /* certainly not taken; *problem */
    ENROLL_ORDER_DOUBT    /* may or may not be taken; *problem */
};

enum enroll_collect_result {
    ENROLL_COLLECTED,
    ENROLL_COLLECT_PENDING, /* *problem: class pending, the manager's words */
    ENROLL_COLLECT_DEAD,    /* declined, rejected, revoked there; *problem */
    ENROLL_COLLECT_UNKNOWN, /* no such order there, or none of ours; *problem */
    ENROLL_COLLECT_FAILED   /* try again later; *problem */
};

enum enroll_lookup_result {
    ENROLL_LOOKUP_FAILED = 0, /* no answer now, ask again; *problem */
    ENROLL_LOOKUP_KNOWN = 1,  /* taken: *id; certainly not taken: *id NULL */
    /*
     * This manager does not know the question and never will: only a person
     * can look. *problem says where; class not-usable.
     */
    ENROLL_LOOKUP_IMPOSSIBLE = 2
};

enum enroll_hint_result {
    ENROLL_HINT_FAILED,    /* no answer now; *problem */
    ENROLL_HINT_KNOWN,     /* *renew_at, or 0 */
    ENROLL_HINT_IMPOSSIBLE /* this manager does not know the question */
};

struct enroll_revocation {
    int reason;          /* RFC 5280 CRLReason: 0, 1, 3, 4 or 5 */
    const char *message; /* 1..512 characters */
};

struct enroll_protocol {
    const char *name; /* the value of `manager =` */

    /* Reads the secret, connects to nobody yet. The deadline is a minute. */
    int (*open)(const struct enroll_profile *profile,
                struct enroll_session **session,
                struct enroll_problem *problem);
    void (*close)(struct enroll_session *session);

    /*
     * Sends the order, once. REFUSED: nothing was sent, or the manager
     * answered 4xx, 429, 503 or a redirect. DOUBT: no answer to what was sent,
     * another 5xx (a gateway's may hide a success), or a success without an
     * id that can be read.
     */
    /*
     * Fetches whatever an order needs before it (a token), so that between
     * the caller's note "posted" and the answer there is the order alone.
     * 1, or 0 and *problem: nothing was ordered.
     */
    int (*prepare)(struct enroll_session *session,
                   struct enroll_problem *problem);
    enum enroll_order_result (*order)(struct enroll_session *session,
                                      const struct enroll_order *order,
                                      char **id, /* OPENSSL_free */
                                      struct enroll_problem *problem);
    /*
     * The certificates of an order, as they came: unsorted, unreviewed. The
     * caller's: sk_X509_pop_free. PENDING, DEAD and UNKNOWN are what the
     * manager says of this order; a refusal of us, or no answer that makes
     * sense, is FAILED and says nothing about it.
     */
    enum enroll_collect_result (*collect)(struct enroll_session *session,
                                          const char *id,
                                          STACK_OF(X509) * *certificates,
                                          struct enroll_problem *problem);
    /*
     * 1, or 0 and *problem. What was revoked already is a success with a note:
     * class ok and a line.
     */
    int (*revoke)(struct enroll_session *session, const char *id,
                  const struct enroll_revocation *revocation,
                  struct enroll_problem *problem);
    /*
     * Whether an order with that client order id was taken. NULL in the table
     * where the protocol has no such question. An order whose connection broke
     * may still be on its way through the manager: "not taken" counts once
     * that is out of the question, not in the next second.
     */
    enum enroll_lookup_result (*lookup)(struct enroll_session *session,
                                        const char *client_order_id, char **id,
                                        struct enroll_problem *problem);
    /* Reachable, credentials accepted; *date from the Date header or 0. */
    int (*probe)(struct enroll_session *session, time_t *date,
                 struct enroll_problem *problem);
    /*
     * Seconds by which the manager's clock was ahead of ours at its last
     * answer; 1, or 0: it did not say.
     */
    int (*clock)(const struct enroll_session *session, long *ahead);
    /*
     * When the manager wants the certificate of that order renewed; 0: it has
     * no wish. NULL in the table where the protocol has no such question.
     */
    enum enroll_hint_result (*hint)(struct enroll_session *session,
                                    const char *id, time_t *renew_at,
                                    struct enroll_problem *problem);
    /*
     * 1 if what it refused last was who we are, not what we asked for. NULL in
     * the table where a protocol can't tell.
     */
    int (*unauthorized)(const struct enroll_session *session);
    /*
     * Seconds the manager's last answer asked us to wait (Retry-After, at most
     * a day), or 0.
     */
    long (*retry_after)(const struct enroll_session *session);
};

/* NULL for a name that is none. */
const struct enroll_protocol *enroll_protocol_find(const char *name);

/* Absolute CLOCK_MONOTONIC milliseconds after which nothing is waited for. */
void enroll_session_deadline(struct enroll_session *session,
                             long long deadline);

#endif
