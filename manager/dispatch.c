/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From libmicrohttpd's callbacks to an endpoint and back: finds the route,
 * gathers the body up to its limit, asks for the token, lets faults act, and
 * writes a line of log. What is served is none of its business.
 */
#include "dispatch.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "links.h"
#include "text.h"

#define BODY_LIMIT   ((size_t)256 * 1024)
#define BODY_SECONDS 60
/* So much of a body that is too large is read, and dropped, before the 413: a
 * client that is cut off while it sends may never see the answer. */
#define BODY_DROPPED ((size_t)4 * 1024 * 1024)

static int64_t monotonic_seconds(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec;
}

static void request_free(struct request *request)
{
    if (request == NULL)
        return;
    account_free(&request->account);
    free(request->body);
    free(request);
}

/* Content-Length beyond limit. */
static int announces_more(struct MHD_Connection *connection, size_t limit)
{
    const char *announced = MHD_lookup_connection_value(
        connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t length;

    return announced != NULL &&
           !text_number(announced, 0, (int64_t)limit, &length);
}

static int body_drop(struct request *request, size_t size)
{
    request->dropped += size;
    return request->dropped <= BODY_DROPPED &&
           monotonic_seconds() <= request->deadline;
}

static int body_append(struct request *request, const char *data, size_t size)
{
    char *body;

    if (size > BODY_LIMIT - request->length ||
        monotonic_seconds() > request->deadline)
        return 0;
    body = realloc(request->body, request->length + size + 1);
    if (body == NULL)
        return 0;
    memcpy(body + request->length, data, size);
    request->body = body;
    request->length += size;
    body[request->length] = '\0';
    return 1;
}

/* The token's account, or a 401. */
static int authorize(struct request *request, struct reply *reply)
{
    static const char scheme[] = "Bearer ";
    const char *header = MHD_lookup_connection_value(
        request->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
    struct database *db = request->manager->db;
    int found = 0;

    if (header != NULL && strncasecmp(header, scheme, strlen(scheme)) == 0)
        found = account_by_token(db, header + strlen(scheme), manager_now(db),
                                 &request->account);
    if (found < 0)
        reply_status(reply, 500);
    if (found == 0)
        reply_unauthorized(reply, request->manager);
    return found == 1;
}

/* Without a good token only faults of `all` are met: who asks for the address
 * of the token endpoint does not use up what is meant for the others. */
static void serve(struct request *request, struct reply *reply)
{
    int allowed = !request->route->bearer || authorize(request, reply);
    enum endpoint endpoint = allowed ? request->route->endpoint : EP_ALL;

    if (fault_before(request, endpoint, reply) || !allowed)
        return;
    request->route->serve(request, reply);
    fault_after(request, reply);
}

static void reply_no_route(struct reply *reply, int known)
{
    reply_status(reply, known ? 405 : 404);
}

static void log_request(const char *method, const char *url,
                        const struct reply *reply)
{
    static const char *const manners[] = {
        [SEND_WHOLE] = "",          [SEND_HALF] = " truncated",
        [SEND_SLOWLY] = " trickle", [SEND_ENDLESSLY] = " oversized",
        [SEND_NOTHING] = " reset",
    };
    char when[TEXT_TIME_SIZE];

    text_time(when, (int64_t)time(NULL));
    complain("%s %s %s %u%s", when, method, url, reply->status,
             manners[reply->manner]);
}

static enum MHD_Result answer(const struct listener *listener,
                              struct request *request, const char *method,
                              const char *url)
{
    struct reply reply = {0};
    int known = 0, sent;

    request->path = url;
    request->route = route_find(listener->port, method, url, request, &known);
    if (request->too_much)
        reply_status(&reply, 413);
    else if (request->route == NULL)
        reply_no_route(&reply, known);
    else
        serve(request, &reply);
    log_request(method, url, &reply);
    sent = reply_send(request, &reply);
    reply_clear(&reply);
    return sent ? MHD_YES : MHD_NO;
}

enum MHD_Result dispatch(void *cls, struct MHD_Connection *connection,
                         const char *url, const char *method,
                         const char *version, const char *data, size_t *size,
                         void **state)
{
    const struct listener *listener = cls;
    struct request *request = *state;

    (void)version;
    if (request == NULL) {
        request = calloc(1, sizeof(*request));
        if (request == NULL)
            return MHD_NO;
        request->manager = listener->manager;
        request->connection = connection;
        request->deadline = monotonic_seconds() + BODY_SECONDS;
        *state = request;
        links_serving(connection);
        request->too_much = announces_more(connection, BODY_LIMIT);
        if (announces_more(connection, BODY_DROPPED))
            return answer(listener, request, method, url);
        return MHD_YES;
    }
    if (*size > 0) {
        if (!(request->too_much ? body_drop(request, *size)
                                : body_append(request, data, *size)))
            return MHD_NO;
        *size = 0;
        return MHD_YES;
    }
    return answer(listener, request, method, url);
}

void dispatch_done(void *cls, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)how;
    links_served(connection);
    request_free(*state);
    *state = NULL;
}
