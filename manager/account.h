/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REST accounts: each stands for one organization and one certificate
 * profile, so a request names neither. Secrets and tokens are kept hashed.
 */
#ifndef MANAGER_ACCOUNT_H
#define MANAGER_ACCOUNT_H

#include <stdint.h>

struct database;

struct account {
    int64_t id;
    int64_t token_life; /* seconds */
    char *organization;
    char *country;
    char *state; /* may be NULL */
    char *locality;
    char *policy;     /* the profile's own policy OID, dotted */
    int64_t validity; /* seconds, both ends included */
    int64_t backdate; /* seconds that notBefore lies before the issue */
    int manual;       /* a person approves */
};

/* 1 found (account_free() it), 0 no such account or secret, -1 failed. */
int account_by_secret(struct database *db, const char *client_id,
                      const char *secret, struct account *out);
int account_by_token(struct database *db, const char *token, int64_t now,
                     struct account *out);
int account_by_id(struct database *db, int64_t id, struct account *out);
void account_free(struct account *account);

/* A new token in a new string, good until now + token_life. */
char *account_token(struct database *db, const struct account *account,
                    int64_t now);

/* What a secret or token is kept as: 32 bytes. */
#define ACCOUNT_HASH_SIZE 32
int account_hash(const char *secret, unsigned char out[ACCOUNT_HASH_SIZE]);

/* Is `name` a custom field of the account? 1, 0, or -1 failed. */
int account_has_field(struct database *db, int64_t account, const char *name);

/*
 * The names of mandatory custom fields, one call each; stops when the
 * function returns 0. Returns 0 then, 1 at the end, -1 failed.
 */
int account_mandatory_fields(struct database *db, int64_t account,
                             int (*each)(void *arg, const char *name),
                             void *arg);

#endif
