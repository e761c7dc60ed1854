/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling in replies and sending them, well or, where a fault asks for it,
 * badly. Called by the endpoints and by dispatch.c.
 */
#include "http.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "text.h"

void reply_clear(struct reply *reply)
{
    while (reply->headers > 0)
        free(reply->header[--reply->headers].value);
    free(reply->body);
    memset(reply, 0, sizeof(*reply));
}

void reply_status(struct reply *reply, unsigned int status)
{
    reply_clear(reply);
    reply->status = status;
}

void reply_bytes(struct reply *reply, unsigned int status, const char *type,
                 const void *data, size_t length)
{
    reply_status(reply, status);
    reply->body = malloc(length + 1);
    if (reply->body == NULL) {
        reply->status = 500;
        return;
    }
    memcpy(reply->body, data, length);
    reply->body[length] = '\0';
    reply->length = length;
    reply->type = type;
}

void reply_text(struct reply *reply, unsigned int status, const char *type,
                const char *text)
{
    reply_bytes(reply, status, type, text, strlen(text));
}

void reply_json(struct reply *reply, unsigned int status, cJSON *json)
{
    char *text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;

    if (text != NULL)
        reply_text(reply, status, "application/json;charset=utf-8", text);
    else
        reply_status(reply, 500);
    cJSON_free(text);
    cJSON_Delete(json);
}

void json_add_text(cJSON *object, const char *name, const char *text)
{
    if (text != NULL)
        cJSON_AddStringToObject(object, name, text);
    else
        cJSON_AddNullToObject(object, name);
}

void reply_error(struct reply *reply, unsigned int status, int code,
                 const char *format, ...)
{
    cJSON *json = cJSON_CreateObject();
    char text[300];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    cJSON_AddNumberToObject(json, "code", code);
    cJSON_AddStringToObject(json, "description", text);
    reply_json(reply, status, json);
}

void reply_header(struct reply *reply, const char *name, const char *format,
                  ...)
{
    char *value = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&value, format, args) < 0)
        value = NULL;
    va_end(args);
    if (value == NULL || reply->headers == REPLY_HEADERS) {
        free(value);
        return;
    }
    reply->header[reply->headers].name = name;
    reply->header[reply->headers++].value = value;
}

void reply_unauthorized(struct reply *reply, const struct manager *manager)
{
    reply_status(reply, 401);
    reply_header(reply, "WWW-Authenticate", "Bearer authorization_uri=\"%s\"",
                 manager->token_url);
}

/* ----- waiting ----- */

static int client_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info != NULL ? info->connect_fd : -1;
}

void request_wait(const struct request *request, int64_t milliseconds)
{
    struct pollfd fds[2] = {
        {.fd = request->manager->stop_fd, .events = POLLIN},
        {.fd = client_socket(request->connection), .events = POLLRDHUP},
    };

    poll(fds, 2, (int)milliseconds);
}

void request_hold(const struct request *request)
{
    struct pollfd fd = {.fd = request->manager->stop_fd, .events = POLLIN};

    while (poll(&fd, 1, -1) < 0 && errno == EINTR)
        ;
}

static int stopping(const struct manager *manager)
{
    struct pollfd fd = {.fd = manager->stop_fd, .events = POLLIN};

    return poll(&fd, 1, 0) > 0;
}

/* ----- sending badly ----- */

/* The body that a content reader gives out; lives as long as the response. */
struct source {
    const struct manager *manager;
    struct MHD_Connection *connection;
    enum manner manner;
    uint64_t amount;
    size_t length;
    char body[];
};

/* No memory, however many bytes. */
static ssize_t read_endless(const struct source *source, uint64_t position,
                            char *buffer, size_t room)
{
    if (position >= source->amount)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (room > source->amount - position)
        room = (size_t)(source->amount - position);
    memset(buffer, ' ', room);
    return (ssize_t)room;
}

static ssize_t read_half(const struct source *source, uint64_t position,
                         char *buffer, size_t room)
{
    size_t left = source->length / 2;

    if (position >= left)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    left -= (size_t)position;
    if (left > room)
        left = room;
    memcpy(buffer, source->body + position, left);
    return (ssize_t)left;
}

/* One second's worth of the body, or of the blanks that follow it. */
static ssize_t read_slowly(const struct source *source, uint64_t position,
                           char *buffer, size_t room)
{
    struct request waiting = {
        .manager = (struct manager *)source->manager,
        .connection = source->connection,
    };
    size_t i;

    request_wait(&waiting, 1000);
    if (stopping(source->manager))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (room > source->amount)
        room = (size_t)source->amount;
    for (i = 0; i < room; i++)
        buffer[i] =
            position + i < source->length ? source->body[position + i] : ' ';
    return (ssize_t)room;
}

static ssize_t source_read(void *cls, uint64_t position, char *buffer,
                           size_t room)
{
    const struct source *source = cls;

    if (source->manner == SEND_ENDLESSLY)
        return read_endless(source, position, buffer, room);
    if (source->manner == SEND_HALF)
        return read_half(source, position, buffer, room);
    return read_slowly(source, position, buffer, room);
}

static struct MHD_Response *response_bad(const struct request *request,
                                         const struct reply *reply)
{
    struct source *source = malloc(sizeof(*source) + reply->length + 1);
    uint64_t size = reply->length;
    struct MHD_Response *response;

    if (source == NULL)
        return NULL;
    source->manager = request->manager;
    source->connection = request->connection;
    source->manner = reply->manner;
    source->amount = (uint64_t)reply->amount;
    source->length = reply->length;
    if (reply->length > 0)
        memcpy(source->body, reply->body, reply->length);
    if (reply->manner != SEND_HALF)
        size = MHD_SIZE_UNKNOWN;
    response = MHD_create_response_from_callback(size, 4096, source_read,
                                                 source, free);
    if (response == NULL)
        free(source);
    return response;
}

/* Has the kernel send RST rather than FIN when the socket is closed. */
static void reset_on_close(const struct request *request)
{
    struct linger hard = {.l_onoff = 1, .l_linger = 0};

    setsockopt(client_socket(request->connection), SOL_SOCKET, SO_LINGER, &hard,
               sizeof(hard));
}

/* ----- sending ----- */

static void add_headers(struct MHD_Response *response,
                        const struct request *request,
                        const struct reply *reply)
{
    char date[TEXT_TIME_SIZE];
    size_t i;

    text_http_date(date, manager_now(request->manager->db));
    MHD_add_response_header(response, MHD_HTTP_HEADER_DATE, date);
    if (reply->type != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                reply->type);
    for (i = 0; i < reply->headers; i++)
        MHD_add_response_header(response, reply->header[i].name,
                                reply->header[i].value);
}

int reply_send(struct request *request, struct reply *reply)
{
    struct MHD_Response *response;
    enum MHD_Result queued;

    if (reply->manner == SEND_NOTHING) {
        reset_on_close(request);
        return 0;
    }
    if (reply->manner != SEND_WHOLE)
        response = response_bad(request, reply);
    else
        response = MHD_create_response_from_buffer(reply->length, reply->body,
                                                   MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return 0;
    add_headers(response, request, reply);
    queued = MHD_queue_response(request->connection, reply->status, response);
    MHD_destroy_response(response);
    return queued == MHD_YES;
}
