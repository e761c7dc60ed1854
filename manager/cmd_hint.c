/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-manager hint: when clients are to renew. It is told to whoever asks
 * from then on; nobody is called.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "database.h"
#include "hints.h"
#include "manager.h"
#include "options.h"
#include "text.h"

struct hint_command {
    const char *dir;
    int64_t id; /* 0: all */
    const char *when;
    const char *reason;
};

/* 1 and seconds since the epoch, 0 for none; or 0: no such date. */
static int when_read(struct database *db, const char *text, int64_t *out)
{
    int64_t ahead = 0;

    if (strcmp(text, "none") == 0) {
        *out = 0;
        return 1;
    }
    if (duration_parse(text, &ahead)) {
        *out = manager_now(db) + ahead;
        return 1;
    }
    return text_time_parse(text, out);
}

static int hint_command_read(const struct command *self, int argc, char **argv,
                             struct hint_command *c)
{
    static const struct option table[] = {
        {"help", no_argument, NULL, 'h'},
        {"all", no_argument, NULL, 'a'},
        {"reason", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0}};
    int option, all = 0;

    while ((option = option_next(self, argc, argv, table)) != -1) {
        if (option == 'r')
            c->reason = optarg;
        else if (option == 'a')
            all = 1;
        else
            return option == 'h' ? EXIT_DONE : EXIT_USAGE;
    }
    c->dir = operand(argc, argv, 0);
    c->when = operand(argc, argv, all ? 1 : 2);
    if (c->when == NULL || operand(argc, argv, all ? 2 : 3) != NULL ||
        (!all && !text_number(operand(argc, argv, 1), 1, INT64_MAX, &c->id)))
        return usage_error(self, "wants a folder, an order's number or --all, "
                                 "and a date, a duration or none");
    return -1;
}

int command_hint(const struct command *self, int argc, char **argv)
{
    struct hint_command c = {.id = 0};
    struct hint hint = {0, NULL};
    struct manager m;
    int status = hint_command_read(self, argc, argv, &c), count;

    if (status >= 0)
        return status;
    if (!manager_open(&m, c.dir))
        return EXIT_FAILED;
    if (!when_read(m.db, c.when, &hint.renew_at)) {
        manager_close(&m);
        return usage_error(self,
                           "%s is no date such as 2026-11-22T15:04:05Z, no "
                           "duration such as 3d, and not none",
                           c.when);
    }
    hint.reason = (char *)c.reason;
    count = hint_set(m.db, c.id, &hint);
    if (count == 0)
        complain("hint: no such Issued order (see `enroll-manager orders %s`)",
                 c.dir);
    manager_close(&m);
    return count > 0 ? EXIT_DONE : EXIT_FAILED;
}
