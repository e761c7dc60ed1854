/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-manager fault: sets, lists and clears what the manager does wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "fault.h"
#include "manager.h"
#include "options.h"
#include "text.h"

/* clock=[+-]DURATION; -1 if it is not that, else 1 or 0. */
static int clock_set(struct database *db, const char *specification)
{
    static const char prefix[] = "clock=";
    char text[24];
    int64_t offset;

    if (strncmp(specification, prefix, strlen(prefix)) != 0)
        return -1;
    if (!duration_parse_signed(specification + strlen(prefix), &offset)) {
        complain("%s: a duration such as +30d or -90s", specification);
        return 0;
    }
    snprintf(text, sizeof(text), "%lld", (long long)offset);
    return setting_set(db, "clock-offset", text);
}

static int faults_list(struct database *db)
{
    char *offset = setting_get(db, "clock-offset");
    int64_t seconds = offset != NULL ? strtoll(offset, NULL, 10) : 0;

    if (seconds != 0)
        printf("clock=%+llds\n", (long long)seconds);
    free(offset);
    return fault_list(db, stdout);
}

static int faults_set(struct database *db, int argc, char **argv)
{
    int i, ok = 1;

    for (i = optind; ok && i < argc; i++) {
        ok = clock_set(db, argv[i]);
        if (ok < 0)
            ok = fault_add(db, argv[i]);
    }
    return ok;
}

/* All that is asked for, or nothing of it. */
static int faults_change(struct database *db, int clear, int argc, char **argv)
{
    int ok = 1;

    if (!db_begin(db))
        return 0;
    if (clear)
        ok = fault_remove_all(db) && setting_set(db, "clock-offset", "0");
    return db_end(db, ok && faults_set(db, argc, argv));
}

int command_fault(const struct command *self, int argc, char **argv)
{
    static const struct option table[] = {{"help", no_argument, NULL, 'h'},
                                          {"clear", no_argument, NULL, 'c'},
                                          {"kinds", no_argument, NULL, 'k'},
                                          {NULL, 0, NULL, 0}};
    struct manager m;
    int option, clear = 0, ok;

    while ((option = option_next(self, argc, argv, table)) != -1) {
        if (option == 'k') {
            fault_help(stdout);
            return EXIT_DONE;
        }
        if (option != 'c')
            return option == 'h' ? EXIT_DONE : EXIT_USAGE;
        clear = 1;
    }
    if (operand(argc, argv, 0) == NULL)
        return usage_error(self, "wants a folder");
    if (!manager_open(&m, operand(argc, argv, 0)))
        return EXIT_FAILED;
    optind++;
    if (optind == argc && !clear)
        ok = faults_list(m.db) ? EXIT_DONE : EXIT_FAILED;
    else
        ok = faults_change(m.db, clear, argc, argv) ? EXIT_DONE : EXIT_USAGE;
    manager_close(&m);
    return ok;
}
