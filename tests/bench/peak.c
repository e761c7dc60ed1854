/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and prints the most memory it ever held, in KiB. The kernel
 * counts what a process held before exec as well, so whoever starts it has to
 * be small: tests/bench/run, in Python, is not.
 */
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv)
{
    struct rusage usage;
    int status = 0;
    pid_t pid;

    if (argc < 2 ||
        posix_spawn(&pid, argv[1], NULL, NULL, argv + 1, environ) != 0) {
        fprintf(stderr, "usage: bench-peak /PATH/OF/COMMAND [ARGUMENT...]\n");
        return 2;
    }
    if (wait4(pid, &status, 0, &usage) != pid || status != 0)
        return 1;
    fprintf(stderr, "peak %ld KiB\n", usage.ru_maxrss);
    return 0;
}
