/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults: what a test has the manager do wrong, at which endpoint, how often.
 * All of it is ours; nothing here is behaviour of SCM.
 *
 *   ENDPOINT:KIND[=ARGUMENT][,times=N]     (tls=KIND is tls:KIND)
 *
 * They are kept in the database, so the running server sees at its next
 * request what `enroll-manager fault` has set, and N is counted down once
 * however many requests arrive together.
 */
#ifndef MANAGER_FAULT_H
#define MANAGER_FAULT_H

#include <stdint.h>
#include <stdio.h>

struct database;

enum endpoint {
    EP_TOKEN,
    EP_ENROLL,
    EP_STATUS,
    EP_DOWNLOAD,
    EP_REVOKE,
    EP_LOOKUP,
    EP_RENEWAL,
    EP_CRL,
    EP_OCSP,
    EP_TSA,
    EP_ALL, /* any; of a route: it has no name of its own */
    EP_TLS, /* the API's port, before there is a request */
    EP_HTTP /* the other one */
};

/* When in the course of a request a fault acts. */
enum fault_phase {
    FAULT_CONNECT, /* on a new connection, before TLS and a request */
    FAULT_WAIT,    /* before anything else; the others follow */
    FAULT_BEFORE,  /* instead of serving the request: nothing is ordered */
    FAULT_AFTER,   /* on the reply: the order has been taken */
    FAULT_ISSUE,   /* on the certificate */
    FAULT_DELIVER, /* on the delivery of a certificate that is fine */
    FAULT_SIGNED   /* on the time stamp or OCSP response */
};

enum fault_id {
    FAULT_REFUSE,
    FAULT_DELAY,
    FAULT_STALL,
    FAULT_BLACK_HOLE,
    FAULT_401,
    FAULT_403,
    FAULT_404,
    FAULT_429,
    FAULT_500,
    FAULT_503,
    FAULT_REDIRECT_LOOP,
    FAULT_PENDING,
    FAULT_UNKNOWN_STATUS,
    FAULT_WRONG_ISSUED,
    FAULT_CUT,
    FAULT_TRUNCATED,
    FAULT_OVERSIZED,
    FAULT_NON_JSON,
    FAULT_EMPTY,
    FAULT_DUPLICATE_KEYS,
    FAULT_CERTID_NUMBER,
    FAULT_TRICKLE,
    FAULT_GARBAGE,
    FAULT_CERT,
    FAULT_CERT_DELIVERY,
    FAULT_REJECTED,
    FAULT_TSA_WRONG_IMPRINT,
    FAULT_TSA_NO_NONCE,
    FAULT_TSA_WRONG_NONCE,
    FAULT_TSA_REJECTED,
    FAULT_TSA_EXPIRED_CERT,
    FAULT_TSA_NO_CERTS,
    FAULT_TSA_OLD_TIME,
    FAULT_OCSP_EXPIRED,
    FAULT_OCSP_WRONG_SIGNER,
    FAULT_OCSP_WRONG_SERIAL,
    FAULT_OCSP_TRY_LATER,
    FAULT_TLS_EXPIRED,
    FAULT_TLS_WRONG_NAME,
    FAULT_TLS_SELF_SIGNED,
    FAULT_TLS_OLD_VERSION
};

struct fault_kind {
    const char *name;
    enum fault_id id;
    enum fault_phase phase;
    unsigned int endpoints; /* a bit for each it can act on */
    int argument;           /* 0 none, 1 may have one, 2 must */
    int (*check)(const char *argument);
    const char *help;
};

struct fault {
    const struct fault_kind *kind; /* NULL: none */
    char *argument;                /* may be NULL */
};

/*
 * The first fault that acts on that endpoint in that phase, one less to come.
 * 1 taken (fault_clear() it), 0 none, -1 failed.
 */
int fault_take(struct database *db, enum endpoint endpoint,
               enum fault_phase phase, struct fault *out);
void fault_clear(struct fault *fault);

/* Adds the fault of a specification; 0 after saying what is wrong with it. */
int fault_add(struct database *db, const char *specification);
int fault_remove_all(struct database *db);

/* What is set, one specification a line. */
int fault_list(struct database *db, FILE *out);

/* ----- fault_kinds.c ----- */

/* An endpoint by its name, or -1; and back. */
int fault_endpoint(const char *name);
const char *fault_endpoint_name(int endpoint);

/* The kind of that name that can act there, or NULL. */
const struct fault_kind *fault_kind_find(const char *name, int endpoint);

/* Is the argument (NULL: none) one that the kind takes? */
int fault_argument_fits(const struct fault_kind *kind, const char *argument);

/* What can be set. */
void fault_help(FILE *out);

/* Ways to deliver a chain wrongly: is it the name of one? */
int delivery_known(const char *name);

/* Bytes: a number, or one with K, M or G. Returns 1 or 0. */
int fault_size(const char *text, int64_t *bytes);

#endif
