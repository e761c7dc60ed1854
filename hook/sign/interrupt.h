/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIGINT, SIGTERM and SIGHUP while a file is being signed: held back and
 * looked at between steps and during waits, so that nothing half-made is left
 * behind; afterwards the process dies of the signal as its caller expects.
 */
#ifndef ENROLL_HOOK_SIGN_INTERRUPT_H
#define ENROLL_HOOK_SIGN_INTERRUPT_H

#include <signal.h>

struct enroll_interrupt {
    int fd;     /* signalfd(2); readable when one came */
    int caught; /* the signal, or 0 */
    sigset_t before;
};

/* 1, or 0 with errno and nothing changed. Ignored signals stay ignored. */
int enroll_interrupt_begin(struct enroll_interrupt *interrupt);

/* The signal that came, or 0; never waits. */
int enroll_interrupt_came(struct enroll_interrupt *interrupt);

/* Restores the mask; where one came, dies of it. */
void enroll_interrupt_end(struct enroll_interrupt *interrupt);

#endif
