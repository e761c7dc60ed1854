/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-manager stop: ends the process that serves DIR, and no other.
 */
#include "instance.h"
#include "options.h"
#include "text.h"

#define STOP_SECONDS 20

int command_stop(const struct command *self, int argc, char **argv)
{
    static const struct option table[] = {{"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option = option_next(self, argc, argv, table);
    const char *dir;

    if (option != -1)
        return option == 'h' ? EXIT_DONE : EXIT_USAGE;
    dir = operand(argc, argv, 0);
    if (dir == NULL || operand(argc, argv, 1) != NULL)
        return usage_error(self, "wants one folder");
    switch (instance_stop(dir, STOP_SECONDS)) {
    case 1: return EXIT_DONE;
    case 0: complain("none is running in %s", dir); return EXIT_DONE;
    default:
        complain("the manager of %s does not end: see %s/log", dir, dir);
        return EXIT_FAILED;
    }
}
