/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connections that are open, and how long each has been on its request's
 * headers. libmicrohttpd only ends those that are silent: a client that sends
 * a byte now and then would stay for ever.
 */
#ifndef MANAGER_LINKS_H
#define MANAGER_LINKS_H

#include <stdint.h>

#include <microhttpd.h>

struct links;

/* seconds: from the connection, or the last reply, to the end of headers. */
struct links *links_new(int64_t seconds);
void links_free(struct links *links);

/* For libmicrohttpd (MHD_OPTION_NOTIFY_CONNECTION); cls is struct links. */
void links_notify(void *cls, struct MHD_Connection *connection, void **context,
                  enum MHD_ConnectionNotificationCode what);

/* Headers are there: the request is served. And: it is done. */
void links_serving(struct MHD_Connection *connection);
void links_served(struct MHD_Connection *connection);

unsigned int links_count(struct links *links);

/* Becomes readable when there is something new; links_count() empties it. */
int links_changed_fd(const struct links *links);

/*
 * Ends those whose time is up. Milliseconds until the next one's is, at least
 * 1; -1: none has any.
 */
int links_end_late(struct links *links);

#endif
