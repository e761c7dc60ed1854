/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders and their life in the database. Called by the endpoints and by the
 * subcommands alike; who may do what is decided there.
 */
#include "orders.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include "account.h"
#include "certificate.h"
#include "database.h"
#include "fault.h"
#include "leaf.h"
#include "manager.h"
#include "text.h"

static const char *const state_names[ORDER_STATES] = {
    [ORDER_REQUESTED] = "Requested", [ORDER_APPROVED] = "Approved",
    [ORDER_APPLIED] = "Applied",     [ORDER_ISSUED] = "Issued",
    [ORDER_DECLINED] = "Declined",   [ORDER_REJECTED] = "Rejected",
    [ORDER_REVOKED] = "Revoked",     [ORDER_EXPIRED] = "Expired",
};

const char *order_state_name(enum order_state state)
{
    return state_names[state];
}

/* ----- taking an order ----- */

static int fields_store(struct database *db, int64_t id, const cJSON *fields)
{
    const cJSON *field = NULL;

    cJSON_ArrayForEach(field, fields)
    {
        if (db_run(db,
                   "INSERT INTO order_fields(order_id, name, value)"
                   " VALUES(?, ?, ?)",
                   "itt", id, field->string, field->valuestring) != 1)
            return 0;
    }
    return 1;
}

int order_create(struct database *db, const struct account *account,
                 const struct enrollment *e, enum order_state state,
                 int64_t now, int64_t *id)
{
    int64_t new_id = 0;
    int ok;

    if (!db_begin(db))
        return 0;
    ok =
        db_run(db,
               "INSERT INTO orders(account, state, created, email,"
               " first_name, last_name, title, san_email, hsm_type,"
               " attestation, shipping_type, csr)"
               " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               "ititttttttt"
               "b",
               account->id, order_state_name(state), now, e->email,
               e->first_name, e->last_name, e->title, e->san_email, e->hsm_type,
               e->attestation, e->shipping_type, e->csr, e->csr_length) == 1;
    if (ok) {
        new_id = db_last_id(db);
        ok = fields_store(db, new_id, e->custom_fields);
    }
    if (!db_end(db, ok))
        return 0;
    *id = new_id;
    return 1;
}

/* ----- reading ----- */

#define ORDER_SELECT                                                           \
    "SELECT o.id, o.account, o.state, o.created, o.not_after, o.email,"        \
    " o.san_email, o.message, o.serial, o.delivery, f.value, o.csr,"           \
    " o.certificate FROM orders o LEFT JOIN order_fields f"                    \
    " ON f.order_id = o.id AND f.name = 'clientOrderId' "

/* Expired is never stored. What was issued with a defect stays Issued, so
 * that its client gets to look at it. */
static enum order_state state_read(const char *name, const struct order *o,
                                   int64_t now)
{
    int state = ORDER_REQUESTED;

    while (state < ORDER_STATES - 1 && strcmp(state_names[state], name) != 0)
        state++;
    if (state == ORDER_ISSUED && now > o->not_after && o->delivery == NULL)
        state = ORDER_EXPIRED;
    return (enum order_state)state;
}

static int order_read(sqlite3_stmt *s, int64_t now, struct order *out)
{
    struct order o = {
        .id = sqlite3_column_int64(s, 0),
        .account = sqlite3_column_int64(s, 1),
        .created = sqlite3_column_int64(s, 3),
        .not_after = sqlite3_column_int64(s, 4),
        .email = db_text(s, 5),
        .san_email = db_text(s, 6),
        .message = db_text(s, 7),
        .serial = db_text(s, 8),
        .delivery = db_text(s, 9),
        .client_order_id = db_text(s, 10),
    };

    o.state = state_read((const char *)sqlite3_column_text(s, 2), &o, now);
    o.csr = db_blob(s, 11, &o.csr_length);
    o.certificate = db_blob(s, 12, &o.certificate_length);
    if (o.csr == NULL || (o.certificate == NULL && o.serial != NULL)) {
        order_free(&o);
        return 0;
    }
    *out = o;
    return 1;
}

void order_free(struct order *order)
{
    free(order->email);
    free(order->san_email);
    free(order->message);
    free(order->serial);
    free(order->delivery);
    free(order->client_order_id);
    free(order->csr);
    free(order->certificate);
    memset(order, 0, sizeof(*order));
}

int order_load(struct database *db, int64_t id, int64_t account, int64_t now,
               struct order *out)
{
    sqlite3_stmt *s;
    int found = -1;

    db_lock(db);
    s = db_prepare(db,
                   ORDER_SELECT "WHERE o.id = ?1 AND (?2 = 0 OR account = ?2)",
                   "ii", id, account);
    if (s != NULL)
        found = db_step(db, s);
    if (found == 1 && !order_read(s, now, out))
        found = -1;
    sqlite3_finalize(s);
    db_unlock(db);
    return found;
}

int order_each(struct database *db, int64_t account,
               const char *client_order_id, int64_t now,
               int (*each)(void *arg, const struct order *order), void *arg)
{
    struct order order;
    sqlite3_stmt *s;
    int row = -1;

    db_lock(db);
    s = db_prepare(db,
                   ORDER_SELECT "WHERE (?1 = 0 OR o.account = ?1)"
                                " AND (?2 IS NULL OR f.value = ?2)"
                                " ORDER BY o.id",
                   "it", account, client_order_id);
    while (s != NULL && (row = db_step(db, s)) == 1) {
        int more = order_read(s, now, &order);

        if (more) {
            more = each(arg, &order);
            order_free(&order);
        }
        if (!more)
            break;
    }
    sqlite3_finalize(s);
    db_unlock(db);
    return row == 0;
}

/* ----- moving on ----- */

int order_move(struct database *db, int64_t id, enum order_state from,
               enum order_state to, const char *message)
{
    return db_run(db,
                  "UPDATE orders SET state = ?, message = ?"
                  " WHERE id = ? AND state = ?",
                  "ttit", order_state_name(to), message, id,
                  order_state_name(from));
}

static int64_t asn1_seconds(const ASN1_TIME *when)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0;

    if (epoch != NULL)
        ASN1_TIME_diff(&days, &seconds, epoch, when);
    ASN1_TIME_free(epoch);
    return (int64_t)days * 86400 + seconds;
}

static int order_store(struct database *db, int64_t id, X509 *cert,
                       const char *delivery)
{
    unsigned char *der = NULL;
    char *serial = cert_serial(cert);
    int length = i2d_X509(cert, &der), changed = -1;

    if (length > 0 && serial != NULL)
        changed = db_run(
            db,
            "UPDATE orders SET state = 'Issued', serial = ?,"
            " not_before = ?, not_after = ?, certificate = ?,"
            " delivery = ? WHERE id = ? AND state = 'Applied'",
            "tiibti", serial, asn1_seconds(X509_get0_notBefore(cert)),
            asn1_seconds(X509_get0_notAfter(cert)), der, length, delivery, id);
    OPENSSL_free(der);
    free(serial);
    return changed;
}

static X509 *order_sign(struct manager *m, const struct order *order,
                        const char *defect)
{
    const unsigned char *p = order->csr;
    X509_REQ *req = d2i_X509_REQ(NULL, &p, order->csr_length);
    struct account account;
    X509 *cert = NULL;

    if (req != NULL && account_by_id(m->db, order->account, &account) == 1) {
        struct leaf_request request = {
            .account = &account,
            .key = X509_REQ_get0_pubkey(req),
            .san_email = order->san_email,
            .now = manager_now(m->db),
            .defect = defect,
        };

        cert = leaf_issue(m, &request);
        account_free(&account);
    }
    X509_REQ_free(req);
    return cert;
}

/* The certificate of an Applied order. No lock is held while it is signed. */
static int order_certify(struct manager *m, const struct order *order)
{
    struct fault fault = {NULL, NULL};
    const char *defect = NULL;
    X509 *cert = NULL;
    int done = -1;

    if (fault_take(m->db, EP_ENROLL, FAULT_ISSUE, &fault) < 0)
        return -1;
    if (fault.kind != NULL && fault.kind->id == FAULT_REJECTED) {
        done = order_move(m->db, order->id, ORDER_APPLIED, ORDER_REJECTED,
                          "rejected by the CA");
        done = done < 0 ? -1 : 0;
    } else {
        if (fault.kind != NULL)
            defect = fault.argument;
        cert = order_sign(m, order, defect);
        if (cert != NULL)
            done = order_store(m->db, order->id, cert, defect);
        X509_free(cert);
    }
    fault_clear(&fault);
    return done;
}

int order_issue(struct manager *m, int64_t id)
{
    struct order order;
    int done;

    if (order_move(m->db, id, ORDER_APPROVED, ORDER_APPLIED, NULL) < 0)
        return -1;
    done = order_load(m->db, id, 0, 0, &order);
    if (done != 1)
        return done;
    done = order.state == ORDER_APPLIED ? order_certify(m, &order) : 0;
    order_free(&order);
    return done;
}

int order_revoke(struct database *db, int64_t id, int reason,
                 const char *message, int64_t now)
{
    int changed, ok;

    if (!db_begin(db))
        return -1;
    changed = db_run(db,
                     "UPDATE orders SET state = 'Revoked', revoked = ?,"
                     " reason = ?, message = ?"
                     " WHERE id = ? AND state = 'Issued'",
                     "iiti", now, (int64_t)reason, message, id);
    /* The next one who asks for the CRL gets a new one. */
    ok = changed >= 0 &&
         db_run(db, "UPDATE crls SET this_update = 0 WHERE ca = 'issuing'",
                "") >= 0;
    return db_end(db, ok) ? changed : -1;
}

int orders_resume(struct manager *m)
{
    sqlite3_stmt *s;
    int64_t id = 0;
    int row;

    for (;;) {
        db_lock(m->db);
        s = db_prepare(m->db,
                       "SELECT id FROM orders WHERE id > ? AND state IN"
                       " ('Approved', 'Applied') ORDER BY id LIMIT 1",
                       "i", id);
        row = s != NULL ? db_step(m->db, s) : -1;
        if (row == 1)
            id = sqlite3_column_int64(s, 0);
        sqlite3_finalize(s);
        db_unlock(m->db);
        if (row != 1)
            return row == 0;
        if (order_issue(m, id) < 0)
            complain("order %lld could not be issued", (long long)id);
    }
}
