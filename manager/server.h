/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ports: https for the API, http for CRLs, issuers and time stamps
 * (which is what osslsigncode and Windows speak for these).
 */
#ifndef MANAGER_SERVER_H
#define MANAGER_SERVER_H

#include "manager.h"

struct server;

/*
 * Binds a numeric address; port 0 takes a free one and *port says which.
 * Returns the listening socket, or -1 after saying why not.
 */
int server_bind(const char *address, int *port);

/* Serves on both sockets, which it takes over, until server_stop(). */
struct server *server_start(struct manager *m, const char *address,
                            int api_socket, int public_socket);
void server_stop(struct server *server);

#endif
