/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a manager that exists, for the subcommands that work beside a
 * running server or without one. And its clock.
 */
#include "manager.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority.h"
#include "database.h"
#include "files.h"
#include "text.h"

int manager_open(struct manager *m, const char *dir)
{
    memset(m, 0, sizeof(*m));
    m->stop_fd = -1;
    if (!file_exists(dir, "manager.db")) {
        complain("%s holds no manager: `enroll-manager demo %s` makes one", dir,
                 dir);
        return 0;
    }
    m->dir = strdup(dir);
    if (m->dir != NULL)
        m->db = db_open(dir, 0);
    if (m->db != NULL)
        m->ca = authority_load(dir);
    if (m->ca != NULL)
        m->http_url = setting_get(m->db, "http-url");
    if (m->http_url != NULL)
        return 1;
    if (m->ca != NULL)
        complain("%s is not complete: run `enroll-manager demo %s` again", dir,
                 dir);
    manager_close(m);
    return 0;
}

void manager_close(struct manager *m)
{
    authority_free(m->ca);
    db_close(m->db);
    free(m->dir);
    free(m->api_url);
    free(m->http_url);
    free(m->token_url);
    memset(m, 0, sizeof(*m));
    m->stop_fd = -1;
}

int64_t manager_now(struct database *db)
{
    char *offset = setting_get(db, "clock-offset");
    int64_t now = (int64_t)time(NULL);

    if (offset != NULL)
        now += strtoll(offset, NULL, 10);
    free(offset);
    return now;
}
