/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ports. A thread per connection: an endpoint may sign, wait for the
 * disk or, where a fault says so, for an hour, and no other has to wait.
 */
#include "server.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "dispatch.h"
#include "text.h"
#include "tls.h"

#define CONNECTIONS     512u
#define IDLE_SECONDS    60u
#define MEMORY_PER_LINK ((size_t)64 * 1024)
#define STACK_SIZE      ((size_t)512 * 1024)

struct server {
    struct listener api;
    struct listener published;
    struct MHD_Daemon *api_daemon;
    struct MHD_Daemon *published_daemon;
    struct tls_identity tls;
};

static int socket_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    char port[8];

    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address, length, NULL, 0, port,
                    sizeof(port), NI_NUMERICSERV) != 0)
        return -1;
    return atoi(port);
}

static int bind_to(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, 0);
    int on = 1;

    if (fd >= 0 &&
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, 512) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int server_bind(const char *address, int *port)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *at = NULL;
    char service[8];
    int fd;

    snprintf(service, sizeof(service), "%d", *port);
    if (getaddrinfo(address, service, &hints, &at) != 0) {
        complain("--listen %s: not a numeric IP address", address);
        return -1;
    }
    fd = bind_to(at);
    freeaddrinfo(at);
    if (fd < 0) {
        complain("cannot listen on %s port %d: %s (another port: --port and "
                 "--http-port)",
                 address, *port, strerror(errno));
        return -1;
    }
    *port = socket_port(fd);
    return fd;
}

/* What libmicrohttpd itself has to say, such as failed handshakes. */
static void log_library(void *cls, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void log_library(void *cls, const char *format, va_list args)
{
    char line[512];

    (void)cls;
    vsnprintf(line, sizeof(line), format, args);
    line[strcspn(line, "\n")] = '\0';
    complain("http: %s", line);
}

static struct MHD_Daemon *daemon_start(struct listener *listener, int fd,
                                       const struct tls_identity *tls)
{
    unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD |
                         MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
                         MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem secured[4] = {
        {MHD_OPTION_END, 0, NULL},
    };

    if (tls != NULL) {
        flags |= MHD_USE_TLS;
        secured[0].option = MHD_OPTION_HTTPS_MEM_KEY;
        secured[0].ptr_value = tls->key_pem;
        secured[1].option = MHD_OPTION_HTTPS_MEM_CERT;
        secured[1].ptr_value = tls->cert_pem;
        secured[2].option = MHD_OPTION_HTTPS_PRIORITIES;
        secured[2].ptr_value =
            (void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";
        secured[3].option = MHD_OPTION_END;
    }
    return MHD_start_daemon(
        flags, 0, NULL, NULL, dispatch, listener, MHD_OPTION_EXTERNAL_LOGGER,
        log_library, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_NOTIFY_COMPLETED, dispatch_done, NULL,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_PER_LINK,
        MHD_OPTION_THREAD_STACK_SIZE, STACK_SIZE, MHD_OPTION_ARRAY, secured,
        MHD_OPTION_END);
}

struct server *server_start(struct manager *m, const char *address,
                            int api_socket, int public_socket)
{
    struct server *server = calloc(1, sizeof(*server));

    if (server != NULL && tls_make(m->ca, address, &server->tls)) {
        server->api = (struct listener){m, PORT_API};
        server->published = (struct listener){m, PORT_PUBLIC};
        server->api_daemon =
            daemon_start(&server->api, api_socket, &server->tls);
        server->published_daemon =
            daemon_start(&server->published, public_socket, NULL);
    }
    if (server != NULL && server->api_daemon != NULL &&
        server->published_daemon != NULL)
        return server;
    complain("cannot start the http server");
    if (server == NULL || server->api_daemon == NULL)
        close(api_socket);
    if (server == NULL || server->published_daemon == NULL)
        close(public_socket);
    server_stop(server);
    return NULL;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    if (server->api_daemon != NULL)
        MHD_stop_daemon(server->api_daemon);
    if (server->published_daemon != NULL)
        MHD_stop_daemon(server->published_daemon);
    tls_clear(&server->tls);
    free(server);
}
