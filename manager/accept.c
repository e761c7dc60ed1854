/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread that accepts at both ports, for three things that libmicrohttpd
 * leaves no room for when it accepts by itself: another TLS identity from the
 * next connection on, a connection that is never even read, and an end to
 * those that take too long over their headers. Called by server.c.
 */
#include "accept.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "text.h"

/* Black-holed connections that are kept; before one more the oldest goes. */
#define HELD_MOST 512u
/* After accept() failed for want of something. */
#define PAUSE_MS 100

struct acceptor {
    struct acceptor_options options;
    pthread_t thread;
    int held[HELD_MOST];
    unsigned int holds; /* ever */
};

/* Nothing is read, nothing is answered, and it stays open. */
static void hold(struct acceptor *a, int socket)
{
    unsigned int place = a->holds % HELD_MOST;

    if (a->holds++ >= HELD_MOST)
        close(a->held[place]);
    a->held[place] = socket;
}

static void hand_over(struct acceptor *a, enum port port, int socket,
                      const struct sockaddr *address, socklen_t length)
{
    enum endpoint endpoint = port == PORT_API ? EP_TLS : EP_HTTP;
    struct fault fault;
    int id = -1;

    if (fault_take(a->options.manager->db, endpoint, FAULT_CONNECT, &fault) ==
        1)
        id = (int)fault.kind->id;
    fault_clear(&fault);
    if (id == FAULT_BLACK_HOLE)
        hold(a, socket);
    else
        a->options.take(a->options.cls, port, id, socket, address, length);
}

/* 0 if there is no room for one more at the moment. */
static int accept_one(struct acceptor *a, enum port port)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    int socket = accept4(a->options.sockets[port], (struct sockaddr *)&address,
                         &length, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (socket >= 0) {
        hand_over(a, port, socket, (struct sockaddr *)&address, length);
        return 1;
    }
    /* Whatever else: that client has gone again. */
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
        errno != ENOMEM)
        return 1;
    complain("http: cannot accept: %s", strerror(errno));
    return 0;
}

static int sooner(int a, int b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

static void *acceptor_run(void *arg)
{
    struct acceptor *a = arg;
    const struct acceptor_options *o = &a->options;
    int paused = 0;

    for (;;) {
        int full = paused || links_count(o->links) >= o->most;
        struct pollfd fds[4] = {
            {.fd = o->manager->stop_fd, .events = POLLIN},
            {.fd = links_changed_fd(o->links), .events = POLLIN},
            /* A negative one is left out: clients wait in the backlog. */
            {.fd = full ? -1 : o->sockets[PORT_API], .events = POLLIN},
            {.fd = full ? -1 : o->sockets[PORT_PUBLIC], .events = POLLIN},
        };
        int late = links_end_late(o->links);

        paused = 0;
        if (poll(fds, 4, sooner(late, full ? PAUSE_MS : -1)) < 0 &&
            errno != EINTR)
            break;
        if (fds[0].revents != 0)
            break;
        if (fds[2].revents != 0)
            paused = !accept_one(a, PORT_API);
        if (fds[3].revents != 0)
            paused |= !accept_one(a, PORT_PUBLIC);
    }
    return NULL;
}

struct acceptor *acceptor_start(const struct acceptor_options *options)
{
    struct acceptor *a = calloc(1, sizeof(*a));

    if (a == NULL)
        return NULL;
    a->options = *options;
    if (pthread_create(&a->thread, NULL, acceptor_run, a) == 0)
        return a;
    free(a);
    return NULL;
}

void acceptor_free(struct acceptor *a)
{
    unsigned int i;

    if (a == NULL)
        return;
    pthread_join(a->thread, NULL);
    for (i = 0; i < a->holds && i < HELD_MOST; i++)
        close(a->held[i]);
    free(a);
}
