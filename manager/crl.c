/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate revocation lists: made when somebody asks and the last one is
 * a day old or a revocation has come since (order_revoke() marks it so).
 * Called by publish.c.
 */
#include "crl.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "database.h"
#include "manager.h"
#include "text.h"

#define DAY         ((int64_t)86400)
#define CRL_REFRESH DAY
/* At most ten days for code signing, both ends included. */
#define CRL_LIFE (9 * DAY)

static const struct {
    const char *name;
    int code;
} reasons[] = {
    {"unspecified", CRL_REASON_UNSPECIFIED},
    {"keyCompromise", CRL_REASON_KEY_COMPROMISE},
    {"affiliationChanged", CRL_REASON_AFFILIATION_CHANGED},
    {"superseded", CRL_REASON_SUPERSEDED},
    {"cessationOfOperation", CRL_REASON_CESSATION_OF_OPERATION},
    {"privilegeWithdrawn", CRL_REASON_PRIVILEGE_WITHDRAWN},
};

int crl_reason(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strcmp(reasons[i].name, name) == 0)
            return reasons[i].code;
    return -1;
}

/* The stored CRL if it is fresh: 1, 0 it is not (*number is its), -1. */
static int crl_stored(struct database *db, const char *ca, int64_t now,
                      int64_t *number, unsigned char **der, int *length)
{
    sqlite3_stmt *s;
    int fresh = -1;

    db_lock(db);
    s = db_prepare(db, "SELECT number, this_update, der FROM crls WHERE ca = ?",
                   "t", ca);
    if (s != NULL)
        fresh = db_step(db, s);
    if (fresh == 1) {
        int64_t made = sqlite3_column_int64(s, 1);

        *number = sqlite3_column_int64(s, 0);
        fresh = made <= now && now < made + CRL_REFRESH;
    }
    if (fresh == 1) {
        *der = db_blob(s, 2, length);
        fresh = *der != NULL ? 1 : -1;
    }
    sqlite3_finalize(s);
    db_unlock(db);
    return fresh;
}

/* ----- making one ----- */

static int entry_reason(X509_REVOKED *entry, int reason)
{
    ASN1_ENUMERATED *code = NULL;
    int ok;

    if (reason == CRL_REASON_UNSPECIFIED)
        return 1; /* RFC 5280 5.3.1: better left out */
    code = ASN1_ENUMERATED_new();
    ok = code != NULL && ASN1_ENUMERATED_set(code, reason) &&
         X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, code, 0, 0) > 0;
    ASN1_ENUMERATED_free(code);
    return ok;
}

static int crl_add(X509_CRL *crl, const char *serial_hex, int64_t when,
                   int reason)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_TIME *date = ASN1_TIME_set(NULL, (time_t)when);
    ASN1_INTEGER *serial = NULL;
    BIGNUM *number = NULL;
    int ok = 0;

    if (BN_hex2bn(&number, serial_hex) > 0)
        serial = BN_to_ASN1_INTEGER(number, NULL);
    if (entry != NULL && date != NULL && serial != NULL)
        ok = X509_REVOKED_set_serialNumber(entry, serial) &&
             X509_REVOKED_set_revocationDate(entry, date) &&
             entry_reason(entry, reason) && X509_CRL_add0_revoked(crl, entry);
    if (!ok)
        X509_REVOKED_free(entry);
    ASN1_TIME_free(date);
    ASN1_INTEGER_free(serial);
    BN_free(number);
    return ok;
}

static int crl_add_revoked(X509_CRL *crl, struct database *db)
{
    sqlite3_stmt *s;
    int row = -1, ok = 1;

    s = db_prepare(db,
                   "SELECT serial, revoked, reason FROM orders"
                   " WHERE state = 'Revoked' ORDER BY id",
                   "");
    while (s != NULL && ok && (row = db_step(db, s)) == 1)
        ok = crl_add(crl, (const char *)sqlite3_column_text(s, 0),
                     sqlite3_column_int64(s, 1), sqlite3_column_int(s, 2));
    sqlite3_finalize(s);
    return ok && row == 0;
}

static int crl_extend(X509_CRL *crl, X509 *issuer, int64_t number)
{
    ASN1_INTEGER *n = ASN1_INTEGER_new();
    X509_EXTENSION *aki = NULL;
    X509V3_CTX ctx;
    int ok = n != NULL && ASN1_INTEGER_set_int64(n, number) &&
             X509_CRL_add1_ext_i2d(crl, NID_crl_number, n, 0, 0) > 0;

    X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
    if (ok)
        aki = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier,
                                  "keyid:always");
    ok = aki != NULL && X509_CRL_add_ext(crl, aki, -1);
    X509_EXTENSION_free(aki);
    ASN1_INTEGER_free(n);
    return ok;
}

static X509_CRL *crl_sign(struct manager *m, enum ca_role role, int64_t number,
                          int64_t now)
{
    const struct identity *by = &m->ca->id[role];
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)now);
    ASN1_TIME *to = ASN1_TIME_set(NULL, (time_t)(now + CRL_LIFE));

    if (crl == NULL || from == NULL || to == NULL ||
        !X509_CRL_set_version(crl, X509_CRL_VERSION_2) ||
        !X509_CRL_set_issuer_name(crl, X509_get_subject_name(by->cert)) ||
        !X509_CRL_set1_lastUpdate(crl, from) ||
        !X509_CRL_set1_nextUpdate(crl, to) ||
        (role == CA_ISSUING && !crl_add_revoked(crl, m->db)) ||
        !crl_extend(crl, by->cert, number) || !X509_CRL_sort(crl) ||
        X509_CRL_sign(crl, by->key, key_digest(by->key)) <= 0) {
        complain_crypto("signing a CRL");
        X509_CRL_free(crl);
        crl = NULL;
    }
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    return crl;
}

static int crl_store(struct database *db, const char *ca, int64_t number,
                     int64_t now, const unsigned char *der, int length)
{
    return db_run(db,
                  "INSERT INTO crls(ca, number, this_update, der)"
                  " VALUES(?, ?, ?, ?) ON CONFLICT(ca) DO UPDATE SET"
                  " number = excluded.number,"
                  " this_update = excluded.this_update, der = excluded.der",
                  "tiib", ca, number, now, der, length) >= 0;
}

int crl_current(struct manager *m, enum ca_role role, unsigned char **der,
                int *length)
{
    const char *ca = authority_name(role);
    int64_t now = manager_now(m->db), number = 0;
    unsigned char *made = NULL;
    X509_CRL *crl = NULL;
    int fresh = crl_stored(m->db, ca, now, &number, der, length);

    if (fresh != 0)
        return fresh == 1;
    /* Once a day and after a revocation; so within the write lock, which
     * keeps a revocation from slipping in between reading and storing. */
    if (!db_begin(m->db))
        return 0;
    fresh = crl_stored(m->db, ca, now, &number, der, length);
    if (fresh == 0) {
        crl = crl_sign(m, role, number + 1, now);
        *length = crl != NULL ? i2d_X509_CRL(crl, &made) : 0;
        fresh =
            *length > 0 && crl_store(m->db, ca, number + 1, now, made, *length);
        if (fresh)
            *der = malloc((size_t)*length);
        if (fresh && *der != NULL)
            memcpy(*der, made, (size_t)*length);
        OPENSSL_free(made);
        X509_CRL_free(crl);
    }
    return db_end(m->db, fresh == 1) && *der != NULL;
}
