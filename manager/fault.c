/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults: their specifications and their countdown. The table of them is
 * fault_kinds.c; what each does is written where it happens: accept.c,
 * fault_reply.c, leaf.c, delivery.c, tsa.c, ocsp.c.
 */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "text.h"

/* ----- specifications ----- */

/* Cuts ",times=N" off. Returns 1 and the number, 0 for none, or -1. */
static int cut_times(char *text, int64_t *times)
{
    char *found = strstr(text, ",times=");

    if (found == NULL)
        return 0;
    *found = '\0';
    return text_number(found + strlen(",times="), 1, 1000000, times) ? 1 : -1;
}

static int fault_insert(struct database *db, int endpoint,
                        const struct fault_kind *kind, const char *argument,
                        int64_t times)
{
    return db_run(db,
                  "INSERT INTO faults(endpoint, kind, argument, remaining)"
                  " VALUES(?, ?, ?, NULLIF(?, 0))",
                  "ttti", fault_endpoint_name(endpoint), kind->name, argument,
                  times) == 1;
}

static int fault_add_parts(struct database *db, char *text)
{
    const struct fault_kind *kind;
    char *name = strchr(text, ':'), *argument;
    int64_t times = 0;
    int endpoint;

    if (name == NULL || cut_times(name + 1, &times) < 0) {
        complain("a fault is ENDPOINT:KIND[=ARGUMENT][,times=N]; "
                 "`enroll-manager fault --kinds` lists them");
        return 0;
    }
    *name++ = '\0';
    argument = strchr(name, '=');
    if (argument != NULL)
        *argument++ = '\0';
    endpoint = fault_endpoint(text);
    if (endpoint < 0) {
        complain("no endpoint `%s`; `enroll-manager fault --kinds` lists them",
                 text);
        return 0;
    }
    kind = fault_kind_find(name, endpoint);
    if (kind == NULL || !fault_argument_fits(kind, argument)) {
        complain(kind == NULL ? "`%s` has no fault `%s`; `enroll-manager "
                                "fault --kinds` lists them"
                              : "`%s:%s`: argument missing or wrong; "
                                "`enroll-manager fault --kinds` explains it",
                 text, name);
        return 0;
    }
    return fault_insert(db, endpoint, kind, argument, times);
}

int fault_add(struct database *db, const char *specification)
{
    char *text = strdup(specification);
    int ok;

    if (text != NULL && strncmp(text, "tls=", 4) == 0)
        text[3] = ':';
    ok = text != NULL && fault_add_parts(db, text);

    free(text);
    return ok;
}

int fault_remove_all(struct database *db)
{
    return db_run(db, "DELETE FROM faults", "") >= 0;
}

int fault_list(struct database *db, FILE *out)
{
    sqlite3_stmt *s;
    int row = -1;

    db_lock(db);
    s = db_prepare(db,
                   "SELECT endpoint || ':' || kind"
                   " || IFNULL('=' || argument, '')"
                   " || IFNULL(',times=' || remaining, '')"
                   " FROM faults ORDER BY id",
                   "");
    while (s != NULL && (row = db_step(db, s)) == 1)
        fprintf(out, "%s\n", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    db_unlock(db);
    return row == 0;
}

/* ----- taking one ----- */

/* The first that fits: its row's id, or 0. The lock is held. */
static int64_t fault_match(struct database *db, enum endpoint endpoint,
                           enum fault_phase phase, struct fault *out)
{
    const struct fault_kind *kind;
    int64_t id = 0;
    sqlite3_stmt *s;

    s = db_prepare(db,
                   "SELECT id, kind, argument FROM faults"
                   " WHERE endpoint IN (?, 'all') ORDER BY id",
                   "t", fault_endpoint_name((int)endpoint));
    while (s != NULL && id == 0 && db_step(db, s) == 1) {
        kind = fault_kind_find((const char *)sqlite3_column_text(s, 1),
                               (int)endpoint);
        if (kind == NULL || kind->phase != phase)
            continue;
        id = sqlite3_column_int64(s, 0);
        out->kind = kind;
        out->argument = db_text(s, 2);
    }
    sqlite3_finalize(s);
    return id;
}

int fault_take(struct database *db, enum endpoint endpoint,
               enum fault_phase phase, struct fault *out)
{
    struct fault fault = {NULL, NULL};
    int64_t id;
    int any, ok = 1;

    out->kind = NULL;
    out->argument = NULL;
    /* Mostly there is none: that spares every request the write lock. */
    any = db_exists(db, "SELECT 1 FROM faults LIMIT 1", "");
    if (any <= 0)
        return any;
    if (!db_begin(db))
        return -1;
    id = fault_match(db, endpoint, phase, &fault);
    if (id != 0)
        ok = db_run(db,
                    "UPDATE faults SET remaining = remaining - 1"
                    " WHERE id = ?",
                    "i", id) >= 0 &&
             db_run(db, "DELETE FROM faults WHERE remaining = 0", "") >= 0;
    if (!db_end(db, ok)) {
        fault_clear(&fault);
        return -1;
    }
    *out = fault;
    return id != 0;
}

void fault_clear(struct fault *fault)
{
    free(fault->argument);
    fault->kind = NULL;
    fault->argument = NULL;
}
