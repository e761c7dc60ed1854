/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo's organization, profile and account, as SCM's administrators
 * would set them up in its console. Called by demo.c at each start: what is
 * there stays, but for what the command line gives anew.
 */
#include "demo.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "account.h"
#include "database.h"
#include "files.h"
#include "text.h"

#define VALIDITY_DEFAULT   ((int64_t)365 * 86400)
#define TOKEN_LIFE_DEFAULT 300

static int account_make(struct database *db)
{
    static const unsigned char none[ACCOUNT_HASH_SIZE];
    char *id = text_random("abcdefghijkmnpqrstuvwxyz23456789", 12);
    char *client_id = id != NULL ? text_format("demo-%s", id) : NULL;
    int ok = client_id != NULL && db_begin(db);

    if (ok) {
        ok = db_run(db,
                    "INSERT INTO organizations(id, name, country, state,"
                    " locality) VALUES(1, 'Example Software GmbH', 'DE',"
                    " 'Bayern', 'Nuernberg')",
                    "") == 1 &&
             db_run(db,
                    "INSERT INTO profiles(id, name, policy, validity,"
                    " backdate, approval) VALUES(1, 'OV Code Signing',"
                    " '1.3.6.1.4.1.32473.1.1', ?, 0, 'auto')",
                    "i", VALIDITY_DEFAULT) == 1 &&
             db_run(db,
                    "INSERT INTO accounts(id, client_id, secret_hash,"
                    " organization, profile, token_life)"
                    " VALUES(1, ?, ?, 1, 1, ?)",
                    "tbi", client_id, none, ACCOUNT_HASH_SIZE,
                    (int64_t)TOKEN_LIFE_DEFAULT) == 1 &&
             db_run(db,
                    "INSERT INTO custom_fields(account, name, mandatory)"
                    " VALUES(1, 'clientOrderId', 0)",
                    "") == 1;
        ok = db_end(db, ok);
    }
    free(client_id);
    free(id);
    return ok;
}

/* A secret with the characters that SCM's have: who forgets to encode them
 * is told so here and not there. */
static int secret_make(struct manager *m)
{
    unsigned char hash[ACCOUNT_HASH_SIZE];
    char *secret = text_random("ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh"
                               "jkmnpqrstuvwxyz23456789!=]~.+%&/",
                               32);
    int ok =
        secret != NULL && account_hash(secret, hash) &&
        file_write(m->dir, "client-secret", secret, strlen(secret), 0600) &&
        db_run(m->db,
               "UPDATE accounts SET secret_hash = ?"
               " WHERE id = 1",
               "b", hash, ACCOUNT_HASH_SIZE) == 1;

    if (secret != NULL)
        OPENSSL_cleanse(secret, strlen(secret));
    free(secret);
    return ok;
}

/* NAME or NAME:mandatory */
static int field_set(struct database *db, const char *field)
{
    const char *colon = strchr(field, ':');
    char *name = NULL;
    int ok;

    if (colon != NULL && strcmp(colon, ":mandatory") != 0) {
        complain("--custom-field %s: NAME or NAME:mandatory", field);
        return 0;
    }
    name =
        strndup(field, colon != NULL ? (size_t)(colon - field) : strlen(field));
    ok = name != NULL &&
         db_run(db,
                "INSERT INTO custom_fields(account, name, mandatory)"
                " VALUES(1, ?, ?) ON CONFLICT(account, name)"
                " DO UPDATE SET mandatory = excluded.mandatory",
                "ti", name, (int64_t)(colon != NULL)) >= 0;
    free(name);
    return ok;
}

static int number_set(struct database *db, const char *name, int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)value);
    return setting_set(db, name, text);
}

static int settings_apply(struct database *db, const struct demo_options *o)
{
    return (!o->clock_offset_set ||
            number_set(db, "clock-offset", o->clock_offset)) &&
           (o->per_address < 0 ||
            number_set(db, "per-address", o->per_address)) &&
           (o->header_time < 0 ||
            number_set(db, "header-time", o->header_time));
}

static int options_apply(struct database *db, const struct demo_options *o)
{
    int i, ok = settings_apply(db, o);

    if (ok && o->validity >= 0)
        ok = db_run(db, "UPDATE profiles SET validity = ?", "i", o->validity) >=
             0;
    if (ok && o->backdate >= 0)
        ok = db_run(db, "UPDATE profiles SET backdate = ?", "i", o->backdate) >=
             0;
    if (ok && o->approval != NULL)
        ok = db_run(db, "UPDATE profiles SET approval = ?", "t", o->approval) >=
             0;
    if (ok && o->token_life >= 0)
        ok = db_run(db, "UPDATE accounts SET token_life = ?", "i",
                    o->token_life) >= 0;
    for (i = 0; ok && i < o->fields; i++)
        ok = field_set(db, o->field[i]);
    return ok;
}

int demo_account(struct manager *m, const struct demo_options *o)
{
    int there = db_exists(m->db, "SELECT 1 FROM accounts WHERE id = 1", "");

    if (there < 0 || (there == 0 && !account_make(m->db)))
        return 0;
    if ((there == 0 || !file_exists(m->dir, "client-secret")) &&
        !secret_make(m))
        return 0;
    return options_apply(m->db, o);
}
