/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes connections at both ports and hands them over. Before that, faults
 * may act: on a connection as such, where there is no request yet.
 */
#ifndef MANAGER_ACCEPT_H
#define MANAGER_ACCEPT_H

#include <sys/socket.h>

#include "http.h"
#include "links.h"

struct acceptor;

/* Takes the socket over, whatever comes of it; fault: id of one that acts on
 * the TLS handshake, or -1. */
typedef void acceptor_take_fn(void *cls, enum port port, int fault, int socket,
                              const struct sockaddr *address, socklen_t length);

struct acceptor_options {
    struct manager *manager;
    struct links *links;
    unsigned int most; /* connections at once; others wait */
    int sockets[2];    /* listening, by enum port; stay the caller's */
    acceptor_take_fn *take;
    void *cls;
};

/* Runs until the manager's stop_fd becomes readable. NULL on failure. */
struct acceptor *acceptor_start(const struct acceptor_options *options);

/* Waits for its end. */
void acceptor_free(struct acceptor *acceptor);

#endif
