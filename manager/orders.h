/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders and their life:
 *
 *   Requested -> Approved -> Applied -> Issued -> Revoked
 *       |                       |          (Expired: Issued, and too old)
 *       +-> Declined            +-> Rejected
 *
 * Names and meanings as SCM's code signing page has them. Every step is on
 * disk before anybody is told of it.
 */
#ifndef MANAGER_ORDERS_H
#define MANAGER_ORDERS_H

#include <stdint.h>

#include <cjson/cJSON.h>

struct account;
struct database;
struct manager;

enum order_state {
    ORDER_REQUESTED,
    ORDER_APPROVED,
    ORDER_APPLIED,
    ORDER_ISSUED,
    ORDER_DECLINED,
    ORDER_REJECTED,
    ORDER_REVOKED,
    ORDER_EXPIRED,
    ORDER_STATES
};

const char *order_state_name(enum order_state state);

/* What a checked request asks for; borrowed from it. Texts may be NULL but
 * for the e-mail address. */
struct enrollment {
    const char *email;
    const char *first_name;
    const char *last_name;
    const char *title;
    const char *san_email;
    const char *hsm_type;
    const char *attestation;
    const char *shipping_type;
    const unsigned char *csr;
    int csr_length;
    const cJSON *custom_fields; /* object of strings, or NULL */
};

struct order {
    int64_t id;
    int64_t account;
    enum order_state state;
    int64_t created;
    int64_t not_after; /* 0: no certificate */
    char *email;
    char *san_email;       /* NULL: none */
    char *message;         /* of decline or revocation, NULL: none */
    char *serial;          /* NULL: no certificate */
    char *delivery;        /* how a test wants it delivered, NULL: well */
    char *client_order_id; /* NULL: none */
    unsigned char *csr;
    int csr_length;
    unsigned char *certificate;
    int certificate_length;
};

void order_free(struct order *order);

/* Takes an order; with ORDER_REQUESTED or ORDER_APPROVED. Returns 1 or 0. */
int order_create(struct database *db, const struct account *account,
                 const struct enrollment *e, enum order_state state,
                 int64_t now, int64_t *id);

/* 1 found, 0 none such (of that account, unless 0), -1 failed. */
int order_load(struct database *db, int64_t id, int64_t account, int64_t now,
               struct order *out);

/*
 * One call for each order, oldest first: of the account unless 0, with the
 * client order id unless NULL. Returns 1, or 0 when something failed or the
 * function returned 0.
 */
int order_each(struct database *db, int64_t account,
               const char *client_order_id, int64_t now,
               int (*each)(void *arg, const struct order *order), void *arg);

/* Moves an order on. 1 done, 0 it was not in that state, -1 failed. */
int order_move(struct database *db, int64_t id, enum order_state from,
               enum order_state to, const char *message);

/*
 * Has the certificate of an Approved or Applied order made. 1 issued, 0 the
 * order is elsewhere (or was Rejected, as a fault asks), -1 failed: it stays
 * Applied and orders_resume() takes it up again.
 */
int order_issue(struct manager *m, int64_t id);

/* Revokes an issued order. 1 done, 0 not Issued, -1 failed. */
int order_revoke(struct database *db, int64_t id, int reason,
                 const char *message, int64_t now);

/* Issues what an earlier run left Approved or Applied. */
int orders_resume(struct manager *m);

#endif
