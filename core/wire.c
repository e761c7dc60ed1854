/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends and receives records with a deadline. Called by the provider inside a
 * host's process, so it touches no signal handler and no descriptor but its
 * own, and every wait ends.
 */
#include "core/wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

static const char last_line[] = "\nend\n";

long long enroll_monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1 ready, 0 deadline passed, -1 error. */
static int wait_for(int fd, short events, long long deadline)
{
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = events};
        long long left = deadline - enroll_monotonic_ms();
        int ready;

        if (left < 0)
            left = 0;
        ready = poll(&poll_fd, 1, left > INT_MAX ? INT_MAX : (int)left);
        if (ready > 0)
            return 1;
        if (ready == 0 && left < INT_MAX)
            return 0;
        if (ready < 0 && errno != EINTR)
            return -1;
    }
}

/* Takes the first whole message out of the buffer; 0 if there is none yet. */
static int take(struct enroll_wire *wire, const char *kind,
                struct enroll_record **record, enum enroll_wire_result *result)
{
    const char *why = NULL;
    char *end =
        memmem(wire->buffer, wire->used, last_line, sizeof(last_line) - 1);
    size_t length;

    if (end == NULL)
        return 0;
    length = (size_t)(end - wire->buffer) + sizeof(last_line) - 1;
    *record = enroll_record_parse(kind, wire->buffer, length, &why);
    *result = *record == NULL ? ENROLL_WIRE_GARBAGE : ENROLL_WIRE_OK;
    memmove(wire->buffer, wire->buffer + length, wire->used - length);
    wire->used -= length;
    return 1;
}

enum enroll_wire_result enroll_wire_receive(struct enroll_wire *wire,
                                            const char *kind,
                                            long long deadline,
                                            struct enroll_record **record)
{
    enum enroll_wire_result result = ENROLL_WIRE_CLOSED;

    while (!take(wire, kind, record, &result)) {
        ssize_t got;
        int ready;

        if (wire->used == sizeof(wire->buffer))
            return ENROLL_WIRE_GARBAGE;
        ready = wait_for(wire->fd, POLLIN, deadline);
        if (ready <= 0)
            return ready == 0 ? ENROLL_WIRE_TIMEOUT : ENROLL_WIRE_CLOSED;
        got = read(wire->fd, wire->buffer + wire->used,
                   sizeof(wire->buffer) - wire->used);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return ENROLL_WIRE_CLOSED;
        if (got == 0)
            return wire->used > 0 ? ENROLL_WIRE_GARBAGE : ENROLL_WIRE_CLOSED;
        wire->used += (size_t)got;
    }
    return result;
}

static int send_all(int fd, const char *text, size_t length, long long deadline)
{
    size_t done = 0;

    while (done < length) {
        ssize_t sent =
            send(fd, text + done, length - done, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent >= 0) {
            done += (size_t)sent;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN || wait_for(fd, POLLOUT, deadline) != 1)
            return 0;
    }
    return 1;
}

int enroll_wire_send(int fd, const struct enroll_record *record,
                     long long deadline)
{
    size_t length = 0;
    char *text = enroll_record_text(record, &length);
    int ok = 0;

    if (text == NULL)
        errno = ENOMEM;
    else
        ok = send_all(fd, text, length, deadline);
    OPENSSL_free(text);
    return ok;
}
