/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests and replies as the endpoints see them. libmicrohttpd is known to
 * dispatch.c, reply.c, server.c and the token endpoint only.
 *
 * Each connection has a thread of its own, so an endpoint may take its time;
 * whatever waits, waits on request->manager->stop_fd too.
 */
#ifndef MANAGER_HTTP_H
#define MANAGER_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "account.h"
#include "fault.h"
#include "manager.h"

struct MHD_Connection;

/* Which of the two ports: https for the API, http for what is public. */
enum port { PORT_API, PORT_PUBLIC };

struct request {
    struct manager *manager;
    struct MHD_Connection *connection;
    const struct route *route;
    const char *path;
    int64_t deadline;       /* of the body, on the monotonic clock, seconds */
    int too_much;           /* the body is longer than anything served here */
    size_t dropped;         /* bytes of such a body, read and forgotten */
    int64_t id;             /* {id} of the route's path */
    char name[64];          /* {name} of the route's path */
    const char *rest;       /* {rest} of it */
    struct account account; /* of the Bearer token, where one is needed */
    char *body;             /* NUL-terminated */
    size_t length;
};

/* How a body goes out. Only faults have it go out otherwise than whole. */
enum manner {
    SEND_WHOLE,
    SEND_HALF,
    SEND_SLOWLY,    /* so many bytes a second, and no end */
    SEND_ENDLESSLY, /* so many bytes, whatever was to be said */
    SEND_NOTHING    /* the connection is reset */
};

#define REPLY_HEADERS 4

struct reply {
    unsigned int status;
    const char *type; /* NULL: no Content-Type */
    char *body;
    size_t length;
    enum manner manner;
    int64_t amount; /* of the manner's bytes */
    size_t headers;
    struct {
        const char *name;
        char *value;
    } header[REPLY_HEADERS];
};

typedef void endpoint_fn(struct request *request, struct reply *reply);

struct route {
    enum port port;
    const char *method;
    const char *path; /* {id}: a number, {name}: a file name without end,
                       * {rest}: all that follows */
    enum endpoint endpoint;
    int bearer; /* wants a token */
    endpoint_fn *serve;
};

/*
 * The route of a method and path, its variables put into the request. NULL
 * with *known set if there are only others for that path.
 */
const struct route *route_find(enum port port, const char *method,
                               const char *path, struct request *request,
                               int *known);

/* ----- filling in a reply; each replaces what was there ----- */

void reply_clear(struct reply *reply);
void reply_status(struct reply *reply, unsigned int status);
void reply_bytes(struct reply *reply, unsigned int status, const char *type,
                 const void *data, size_t length);
void reply_text(struct reply *reply, unsigned int status, const char *type,
                const char *text);
/* Takes the JSON over. */
void reply_json(struct reply *reply, unsigned int status, cJSON *json);
/* A member, null if text is NULL. */
void json_add_text(cJSON *object, const char *name, const char *text);
/* SCM's {"code":..,"description":".."}. */
void reply_error(struct reply *reply, unsigned int status, int code,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
void reply_header(struct reply *reply, const char *name, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));
/* 401 without a body: WWW-Authenticate names the token endpoint. */
void reply_unauthorized(struct reply *reply, const struct manager *manager);

/* ----- for dispatch.c ----- */

/* Hands the reply to libmicrohttpd. 1 done, 0: drop the connection. */
int reply_send(struct request *request, struct reply *reply);

/* Acts on the endpoint's faults before serving: 1 the reply is made, 0 serve.
 */
int fault_before(struct request *request, enum endpoint endpoint,
                 struct reply *reply);

/* Acts on faults of a reply that is made. */
void fault_after(struct request *request, struct reply *reply);

/* Waits until the time is up, the manager stops or the client has left. */
void request_wait(const struct request *request, int64_t milliseconds);

/* Waits until the manager stops; the client may wait or leave. */
void request_hold(const struct request *request);

#endif
