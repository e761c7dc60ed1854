/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps renewal hints. Set by `enroll-manager hint`, told by renewal.c.
 */
#include "hints.h"

#include <stdlib.h>
#include <string.h>

#include "database.h"

int hint_load(struct database *db, int64_t order, struct hint *out)
{
    struct hint hint = {0, NULL};
    sqlite3_stmt *s;
    int row = -1;

    db_lock(db);
    s = db_prepare(db, "SELECT renew_at, reason FROM hints WHERE order_id = ?",
                   "i", order);
    if (s != NULL)
        row = db_step(db, s);
    if (row == 1) {
        hint.renew_at = sqlite3_column_int64(s, 0);
        hint.reason = db_text(s, 1);
    }
    sqlite3_finalize(s);
    db_unlock(db);
    if (row >= 0)
        *out = hint;
    return row >= 0;
}

void hint_clear(struct hint *hint)
{
    free(hint->reason);
    memset(hint, 0, sizeof(*hint));
}

int hint_set(struct database *db, int64_t order, const struct hint *hint)
{
    static const char put[] =
        "INSERT INTO hints(order_id, renew_at, reason)"
        " SELECT id, ?2, ?3 FROM orders"
        " WHERE (?1 = 0 OR id = ?1) AND state = 'Issued'"
        " ON CONFLICT(order_id) DO UPDATE SET renew_at = excluded.renew_at,"
        " reason = excluded.reason";
    int changed;

    if (hint->renew_at != 0)
        return db_run(db, put, "iit", order, hint->renew_at, hint->reason);
    if (!db_begin(db))
        return -1;
    changed = db_run(db, "DELETE FROM hints WHERE ?1 = 0 OR order_id = ?1", "i",
                     order);
    /* Of an order that has none, too, it is now so. */
    if (changed == 0)
        changed = db_exists(db,
                            "SELECT 1 FROM orders WHERE (?1 = 0 OR id = ?1)"
                            " AND state = 'Issued'",
                            "i", order);
    return db_end(db, changed >= 0) ? changed : -1;
}
