/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol between provider and hook: records (core/record.h) over a
 * stream socket, one request, then any number of replies, the last of which
 * has a class. The result is complete in-band: an exit status may be lost
 * where the host ignores or reaps SIGCHLD.
 *
 * Request "enroll-request":
 *   op             ready | renew
 *   profile        its name
 *   config, state  absolute paths, as the provider found them
 *   min-remaining  seconds; absent: none
 *   wait           seconds that the caller is willing to wait
 *   failed         a generation's number that the caller could not use
 * `ready` makes the identity usable and answers when it is, or why not;
 * `renew` starts a renewal in the background and answers at once.
 *
 * Reply "enroll-reply":
 *   progress       one human line; more replies follow
 *   class          a class name (core/exit.h): this is the last reply
 *   line           one human line, where class is not ok
 *   generation     number of the usable generation, where class is ok
 */
#ifndef ENROLL_CORE_WIRE_H
#define ENROLL_CORE_WIRE_H

#include <stddef.h>

#include "core/record.h"

#define ENROLL_WIRE_REQUEST "enroll-request"
#define ENROLL_WIRE_REPLY   "enroll-reply"

/* A receiving end: bytes that were read but not yet taken. */
struct enroll_wire {
    int fd;
    size_t used;
    char buffer[ENROLL_RECORD_MAX];
};

enum enroll_wire_result {
    ENROLL_WIRE_OK,
    ENROLL_WIRE_TIMEOUT,
    ENROLL_WIRE_CLOSED, /* the other end went away */
    ENROLL_WIRE_GARBAGE /* not our protocol, or too much of it */
};

/* Milliseconds of CLOCK_MONOTONIC, for deadlines. */
long long enroll_monotonic_ms(void);

/* The next message. deadline as of enroll_monotonic_ms. */
enum enroll_wire_result enroll_wire_receive(struct enroll_wire *wire,
                                            const char *kind,
                                            long long deadline,
                                            struct enroll_record **record);

/* Sends whole; never raises SIGPIPE. 1, or 0 with errno. */
int enroll_wire_send(int fd, const struct enroll_record *record,
                     long long deadline);

#endif
