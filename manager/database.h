/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manager's SQLite database: one connection per process, one lock around
 * it, and statements written out where they are used.
 *
 * WAL with synchronous=FULL: what a reply promised has reached the disk
 * before the reply leaves. Several processes may have it open at once (the
 * server and `approve`, say); writers take turns.
 */
#ifndef MANAGER_DATABASE_H
#define MANAGER_DATABASE_H

#include <stdint.h>

#include <sqlite3.h>

struct database;

/* Opens dir/manager.db and brings its tables up to date. NULL on failure. */
struct database *db_open(const char *dir, int create);
void db_close(struct database *d);

/* The lock is recursive; hold it from db_prepare() to sqlite3_finalize(). */
void db_lock(struct database *d);
void db_unlock(struct database *d);

/* A write transaction; holds the lock until db_end(). */
int db_begin(struct database *d);

/* Commits if ok is set, else rolls back. Returns 1 if it was committed. */
int db_end(struct database *d, int ok);

/*
 * A statement with its values bound. `types` has one letter for each:
 *   i  int64_t            t  const char *, NULL becomes SQL's NULL
 *   b  const void *, int
 * Texts and blobs must live until the statement is finalized.
 */
sqlite3_stmt *db_prepare(struct database *d, const char *sql, const char *types,
                         ...);

/* Runs a statement without a result. Rows changed, or -1. */
int db_run(struct database *d, const char *sql, const char *types, ...);

/* 1 a row, 0 no more, -1 failed (and said so). */
int db_step(struct database *d, sqlite3_stmt *statement);

/* Does the query find a row? 1, 0, or -1 failed. */
int db_exists(struct database *d, const char *sql, const char *types, ...);

/* The first column of the first row in a new string; NULL: none, or failed. */
char *db_value(struct database *d, const char *sql, const char *types, ...);

/* A column's text in a new string; NULL for SQL's NULL. */
char *db_text(sqlite3_stmt *statement, int column);

/* A column's bytes in a new buffer; NULL for SQL's NULL and short memory. */
unsigned char *db_blob(sqlite3_stmt *statement, int column, int *length);

int64_t db_last_id(struct database *d);

/* Settings by name: the value in a new string, or NULL if there is none. */
char *setting_get(struct database *d, const char *name);
int setting_set(struct database *d, const char *name, const char *value);

#endif
