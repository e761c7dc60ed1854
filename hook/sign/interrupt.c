/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds signals back behind a descriptor. Called by the sign command around
 * its files; keeps no global and runs nothing in a signal handler.
 */
#include "hook/sign/interrupt.h"

#include <sys/signalfd.h>
#include <unistd.h>

/* A signal the caller ignores (nohup, a background job) is none of ours. */
static void add_unless_ignored(sigset_t *set, int number)
{
    struct sigaction action;

    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset(set, number);
}

int enroll_interrupt_begin(struct enroll_interrupt *interrupt)
{
    sigset_t set;

    sigemptyset(&set);
    add_unless_ignored(&set, SIGINT);
    add_unless_ignored(&set, SIGTERM);
    add_unless_ignored(&set, SIGHUP);
    interrupt->caught = 0;
    interrupt->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (interrupt->fd < 0)
        return 0;
    if (sigprocmask(SIG_BLOCK, &set, &interrupt->before) != 0) {
        close(interrupt->fd);
        return 0;
    }
    return 1;
}

int enroll_interrupt_came(struct enroll_interrupt *interrupt)
{
    struct signalfd_siginfo info;

    if (interrupt->caught == 0 &&
        read(interrupt->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        interrupt->caught = (int)info.ssi_signo;
    return interrupt->caught;
}

void enroll_interrupt_end(struct enroll_interrupt *interrupt)
{
    int number = enroll_interrupt_came(interrupt);

    close(interrupt->fd);
    interrupt->fd = -1;
    if (number != 0) {
        signal(number, SIG_DFL);
        raise(number);
    }
    sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
}
