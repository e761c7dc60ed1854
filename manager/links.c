/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the list of open connections. libmicrohttpd tells of each before its
 * first byte is read and before its socket is closed; so what the list holds
 * is open. Called by dispatch.c and accept.c.
 */
#include "links.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

struct link {
    struct links *links;
    struct link *previous, *next;
    int socket;
    int64_t deadline; /* monotonic milliseconds; 0: is being served */
};

struct links {
    pthread_mutex_t lock;
    struct link *first;
    unsigned int count;
    int64_t milliseconds;
    int changed;
};

static int64_t monotonic_ms(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct links *links_new(int64_t seconds)
{
    struct links *links = calloc(1, sizeof(*links));

    if (links == NULL)
        return NULL;
    links->changed = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (links->changed < 0) {
        free(links);
        return NULL;
    }
    pthread_mutex_init(&links->lock, NULL);
    links->milliseconds = seconds * 1000;
    return links;
}

void links_free(struct links *links)
{
    if (links == NULL)
        return;
    close(links->changed);
    pthread_mutex_destroy(&links->lock);
    free(links);
}

/* ----- what libmicrohttpd tells ----- */

/* Wakes the one who accepts: there may be room, or something to watch. */
static void tell(struct links *links)
{
    const uint64_t one = 1;

    if (write(links->changed, &one, sizeof(one)) < 0)
        return; /* it is readable already */
}

static void link_add(struct links *links, struct MHD_Connection *connection,
                     void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct link *link = calloc(1, sizeof(*link));

    *context = link;
    if (link == NULL)
        return;
    link->links = links;
    link->socket = info != NULL ? info->connect_fd : -1;
    link->deadline = monotonic_ms() + links->milliseconds;
    pthread_mutex_lock(&links->lock);
    link->next = links->first;
    if (links->first != NULL)
        links->first->previous = link;
    links->first = link;
    links->count++;
    pthread_mutex_unlock(&links->lock);
    tell(links);
}

static void link_remove(struct links *links, struct link *link)
{
    if (link == NULL)
        return;
    pthread_mutex_lock(&links->lock);
    if (link->previous != NULL)
        link->previous->next = link->next;
    else
        links->first = link->next;
    if (link->next != NULL)
        link->next->previous = link->previous;
    links->count--;
    pthread_mutex_unlock(&links->lock);
    free(link);
    tell(links);
}

void links_notify(void *cls, struct MHD_Connection *connection, void **context,
                  enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        link_add(cls, connection, context);
    else
        link_remove(cls, *context);
}

static void deadline_set(struct MHD_Connection *connection, int reading)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct link *link = info != NULL ? info->socket_context : NULL;

    if (link == NULL)
        return;
    pthread_mutex_lock(&link->links->lock);
    link->deadline = reading ? monotonic_ms() + link->links->milliseconds : 0;
    pthread_mutex_unlock(&link->links->lock);
    if (reading)
        tell(link->links);
}

void links_serving(struct MHD_Connection *connection)
{
    deadline_set(connection, 0);
}

void links_served(struct MHD_Connection *connection)
{
    deadline_set(connection, 1);
}

/* ----- for the one who accepts ----- */

unsigned int links_count(struct links *links)
{
    unsigned int count;
    uint64_t changes;

    if (read(links->changed, &changes, sizeof(changes)) < 0)
        changes = 0; /* none, since we last looked */
    pthread_mutex_lock(&links->lock);
    count = links->count;
    pthread_mutex_unlock(&links->lock);
    return count;
}

int links_changed_fd(const struct links *links)
{
    return links->changed;
}

int links_end_late(struct links *links)
{
    int64_t now = monotonic_ms(), next = INT_MAX;
    struct link *link;
    int any = 0, late = 0;

    pthread_mutex_lock(&links->lock);
    for (link = links->first; link != NULL; link = link->next) {
        if (link->deadline == 0)
            continue;
        if (link->deadline <= now) {
            shutdown(link->socket, SHUT_RDWR);
            link->deadline = 0; /* its thread sees to the rest */
            late++;
        } else {
            any = 1;
            if (link->deadline - now < next)
                next = link->deadline - now;
        }
    }
    pthread_mutex_unlock(&links->lock);
    if (late > 0)
        complain("http: %d connection%s without a complete request for %llds: "
                 "closed",
                 late, late == 1 ? "" : "s",
                 (long long)(links->milliseconds / 1000));
    return any ? (int)next : -1;
}
