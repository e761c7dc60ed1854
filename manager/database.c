/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manager's SQLite database: opening, bringing it up to date, and the few
 * calls that keep statements short elsewhere. What the tables mean is known
 * by the files that use them.
 */
#include "database.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "schema.h"
#include "text.h"

struct database {
    sqlite3 *handle;
    pthread_mutex_t lock;
};

static void complain_sql(struct database *d)
{
    complain("database: %s", sqlite3_errmsg(d->handle));
}

static int db_exec(struct database *d, const char *sql)
{
    if (sqlite3_exec(d->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return 1;
    complain_sql(d);
    return 0;
}

static int schema_version(struct database *d)
{
    sqlite3_stmt *s = db_prepare(d, "PRAGMA user_version", "");
    int version = -1;

    if (s != NULL && db_step(d, s) == 1)
        version = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return version;
}

/* Each step of the schema once, all within one transaction. */
static int db_migrate(struct database *d)
{
    int version, ok;
    char pragma[64];

    if (!db_begin(d))
        return 0;
    version = schema_version(d);
    ok = version >= 0 && version <= schema_steps;
    if (version > schema_steps)
        complain("the database is of a newer enroll-manager (schema %d, "
                 "this one knows %d): run that one",
                 version, schema_steps);
    for (; ok && version < schema_steps; version++)
        ok = db_exec(d, schema_step[version]);
    snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", version);
    return db_end(d, ok && db_exec(d, pragma));
}

static int db_connect(struct database *d, const char *path, int create)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX;

    if (create)
        flags |= SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(path, &d->handle, flags, NULL) != SQLITE_OK) {
        complain("cannot open %s: %s", path,
                 d->handle != NULL ? sqlite3_errmsg(d->handle)
                                   : "out of memory");
        return 0;
    }
    sqlite3_busy_timeout(d->handle, 15000);
    return db_exec(d, "PRAGMA journal_mode = WAL;"
                      "PRAGMA synchronous = FULL;"
                      "PRAGMA foreign_keys = ON;"
                      "PRAGMA trusted_schema = OFF;");
}

struct database *db_open(const char *dir, int create)
{
    struct database *d = calloc(1, sizeof(*d));
    char *path = file_path(dir, "manager.db");
    pthread_mutexattr_t attr;

    if (d == NULL || path == NULL || pthread_mutexattr_init(&attr) != 0) {
        free(d);
        free(path);
        return NULL;
    }
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&d->lock, &attr);
    pthread_mutexattr_destroy(&attr);
    if (!db_connect(d, path, create) || !db_migrate(d)) {
        db_close(d);
        d = NULL;
    }
    free(path);
    return d;
}

void db_close(struct database *d)
{
    if (d == NULL)
        return;
    sqlite3_close(d->handle);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

void db_lock(struct database *d)
{
    pthread_mutex_lock(&d->lock);
}

void db_unlock(struct database *d)
{
    pthread_mutex_unlock(&d->lock);
}

int db_begin(struct database *d)
{
    db_lock(d);
    if (db_exec(d, "BEGIN IMMEDIATE"))
        return 1;
    db_unlock(d);
    return 0;
}

int db_end(struct database *d, int ok)
{
    if (!ok || !db_exec(d, "COMMIT")) {
        ok = 0;
        sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    db_unlock(d);
    return ok;
}

static sqlite3_stmt *db_vprepare(struct database *d, const char *sql,
                                 const char *types, va_list args)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(d->handle, sql, -1, &s, NULL);
    int column = 0;

    for (; rc == SQLITE_OK && types[column] != '\0';) {
        char type = types[column++];

        if (type == 'i') {
            rc = sqlite3_bind_int64(s, column, va_arg(args, int64_t));
        } else if (type == 't') {
            rc = sqlite3_bind_text(s, column, va_arg(args, const char *), -1,
                                   SQLITE_STATIC);
        } else {
            const void *data = va_arg(args, const void *);

            rc = sqlite3_bind_blob(s, column, data, va_arg(args, int),
                                   SQLITE_STATIC);
        }
    }
    if (rc != SQLITE_OK) {
        complain_sql(d);
        sqlite3_finalize(s);
        return NULL;
    }
    return s;
}

sqlite3_stmt *db_prepare(struct database *d, const char *sql, const char *types,
                         ...)
{
    sqlite3_stmt *s;
    va_list args;

    va_start(args, types);
    s = db_vprepare(d, sql, types, args);
    va_end(args);
    return s;
}

int db_step(struct database *d, sqlite3_stmt *statement)
{
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW: return 1;
    case SQLITE_DONE: return 0;
    default: complain_sql(d); return -1;
    }
}

int db_run(struct database *d, const char *sql, const char *types, ...)
{
    int changed = -1;
    sqlite3_stmt *s;
    va_list args;

    db_lock(d);
    va_start(args, types);
    s = db_vprepare(d, sql, types, args);
    va_end(args);
    if (s != NULL && db_step(d, s) == 0)
        changed = sqlite3_changes(d->handle);
    sqlite3_finalize(s);
    db_unlock(d);
    return changed;
}

int db_exists(struct database *d, const char *sql, const char *types, ...)
{
    int found = -1;
    sqlite3_stmt *s;
    va_list args;

    db_lock(d);
    va_start(args, types);
    s = db_vprepare(d, sql, types, args);
    va_end(args);
    if (s != NULL)
        found = db_step(d, s);
    sqlite3_finalize(s);
    db_unlock(d);
    return found;
}

char *db_value(struct database *d, const char *sql, const char *types, ...)
{
    char *value = NULL;
    sqlite3_stmt *s;
    va_list args;

    db_lock(d);
    va_start(args, types);
    s = db_vprepare(d, sql, types, args);
    va_end(args);
    if (s != NULL && db_step(d, s) == 1)
        value = db_text(s, 0);
    sqlite3_finalize(s);
    db_unlock(d);
    return value;
}

char *db_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);

    return text == NULL ? NULL : strdup(text);
}

unsigned char *db_blob(sqlite3_stmt *statement, int column, int *length)
{
    const void *blob = sqlite3_column_blob(statement, column);
    int size = sqlite3_column_bytes(statement, column);
    unsigned char *copy = blob != NULL ? malloc((size_t)size) : NULL;

    if (copy != NULL) {
        memcpy(copy, blob, (size_t)size);
        *length = size;
    }
    return copy;
}

int64_t db_last_id(struct database *d)
{
    return sqlite3_last_insert_rowid(d->handle);
}

char *setting_get(struct database *d, const char *name)
{
    return db_value(d, "SELECT value FROM settings WHERE name = ?", "t", name);
}

int setting_set(struct database *d, const char *name, const char *value)
{
    return db_run(d,
                  "INSERT INTO settings(name, value) VALUES(?, ?) "
                  "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                  "tt", name, value) >= 0;
}
