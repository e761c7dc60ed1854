/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REST accounts, their secrets and tokens. Used by oauth.c, which hands
 * tokens out, and by dispatch.c, which asks for them.
 */
#include "account.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "database.h"
#include "text.h"

/* One account's columns, in the order account_read() takes them. */
#define ACCOUNT_SELECT                                                         \
    "SELECT a.id, a.token_life, o.name, o.country, o.state, o.locality,"       \
    " p.policy, p.validity, p.backdate, p.approval = 'manual', a.secret_hash"  \
    " FROM accounts a JOIN organizations o ON o.id = a.organization"           \
    " JOIN profiles p ON p.id = a.profile "

int account_hash(const char *secret, unsigned char out[ACCOUNT_HASH_SIZE])
{
    return EVP_Q_digest(NULL, "SHA256", NULL, secret, strlen(secret), out,
                        NULL);
}

static int account_read(sqlite3_stmt *s, struct account *out)
{
    struct account a = {
        .id = sqlite3_column_int64(s, 0),
        .token_life = sqlite3_column_int64(s, 1),
        .organization = db_text(s, 2),
        .country = db_text(s, 3),
        .state = db_text(s, 4),
        .locality = db_text(s, 5),
        .policy = db_text(s, 6),
        .validity = sqlite3_column_int64(s, 7),
        .backdate = sqlite3_column_int64(s, 8),
        .manual = sqlite3_column_int(s, 9),
    };

    if (a.organization == NULL || a.country == NULL || a.locality == NULL ||
        a.policy == NULL) {
        account_free(&a);
        return -1;
    }
    *out = a;
    return 1;
}

/* Takes the statement and, where hash is given, wants it to be the account's
 * secret: compared here, in constant time, rather than by SQL. */
static int account_find(struct database *db, sqlite3_stmt *s,
                        const unsigned char *hash, struct account *out)
{
    static const unsigned char nobody[ACCOUNT_HASH_SIZE];
    const void *stored = nobody;
    int found = s != NULL ? db_step(db, s) : -1;

    if (found == 1 && sqlite3_column_bytes(s, 10) == ACCOUNT_HASH_SIZE)
        stored = sqlite3_column_blob(s, 10);
    if (hash != NULL && CRYPTO_memcmp(hash, stored, ACCOUNT_HASH_SIZE) != 0)
        found = found < 0 ? -1 : 0;
    if (found == 1)
        found = account_read(s, out);
    sqlite3_finalize(s);
    return found;
}

int account_by_secret(struct database *db, const char *client_id,
                      const char *secret, struct account *out)
{
    unsigned char hash[ACCOUNT_HASH_SIZE];
    int found;

    if (!account_hash(secret, hash))
        return -1;
    db_lock(db);
    found = account_find(
        db,
        db_prepare(db, ACCOUNT_SELECT "WHERE client_id = ?", "t", client_id),
        hash, out);
    db_unlock(db);
    OPENSSL_cleanse(hash, sizeof(hash));
    return found;
}

int account_by_id(struct database *db, int64_t id, struct account *out)
{
    int found;

    db_lock(db);
    found = account_find(
        db, db_prepare(db, ACCOUNT_SELECT "WHERE a.id = ?", "i", id), NULL,
        out);
    db_unlock(db);
    return found;
}

int account_by_token(struct database *db, const char *token, int64_t now,
                     struct account *out)
{
    unsigned char hash[ACCOUNT_HASH_SIZE];
    int found;

    if (!account_hash(token, hash))
        return -1;
    db_lock(db);
    found = account_find(db,
                         db_prepare(db,
                                    ACCOUNT_SELECT
                                    "JOIN tokens t ON t.account = a.id"
                                    " WHERE t.hash = ? AND t.expires > ?",
                                    "bi", hash, ACCOUNT_HASH_SIZE, now),
                         NULL, out);
    db_unlock(db);
    return found;
}

void account_free(struct account *account)
{
    free(account->organization);
    free(account->country);
    free(account->state);
    free(account->locality);
    free(account->policy);
    memset(account, 0, sizeof(*account));
}

char *account_token(struct database *db, const struct account *account,
                    int64_t now)
{
    unsigned char hash[ACCOUNT_HASH_SIZE];
    char *token = text_random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
                              "ghijklmnopqrstuvwxyz0123456789-_",
                              64);
    int ok = 0;

    if (token != NULL && account_hash(token, hash) && db_begin(db)) {
        ok = db_run(db, "DELETE FROM tokens WHERE expires <= ?", "i", now) >=
                 0 &&
             db_run(db,
                    "INSERT INTO tokens(hash, account, expires)"
                    " VALUES(?, ?, ?)",
                    "bii", hash, ACCOUNT_HASH_SIZE, account->id,
                    now + account->token_life) == 1;
        ok = db_end(db, ok);
    }
    if (ok)
        return token;
    free(token);
    return NULL;
}

int account_has_field(struct database *db, int64_t account, const char *name)
{
    return db_exists(
        db, "SELECT 1 FROM custom_fields WHERE account = ? AND name = ?", "it",
        account, name);
}

int account_mandatory_fields(struct database *db, int64_t account,
                             int (*each)(void *arg, const char *name),
                             void *arg)
{
    int row = -1, more = 1;
    sqlite3_stmt *s;

    db_lock(db);
    s = db_prepare(db,
                   "SELECT name FROM custom_fields"
                   " WHERE account = ? AND mandatory ORDER BY name",
                   "i", account);
    while (s != NULL && more && (row = db_step(db, s)) == 1)
        more = each(arg, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    db_unlock(db);
    return more ? row == 0 ? 1 : -1 : 0;
}
