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
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "accept.h"
#include "database.h"
#include "dispatch.h"
#include "fault.h"
#include "links.h"
#include "text.h"
#include "tls.h"

/* Of all clients together; more of them wait to be accepted. */
#define CONNECTIONS     2048u
#define IDLE_SECONDS    60u
#define MEMORY_PER_LINK ((size_t)64 * 1024)
#define STACK_SIZE      ((size_t)512 * 1024)

/* Unless `demo` is told otherwise. */
#define PER_ADDRESS_DEFAULT 1536
#define HEADERS_DEFAULT     30

struct server {
    struct manager *manager;
    const char *address;
    int64_t per_address;
    int sockets[2]; /* by enum port */
    struct listener listener[2];
    struct links *links;
    struct acceptor *acceptor;
    struct MHD_Daemon *published;
    struct MHD_Daemon *api[TLS_KINDS]; /* but for the first when need be */
    struct tls_identity tls[TLS_KINDS];
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

/* libmicrohttpd is handed connections, see accept.c. tls NULL: plain http. */
static struct MHD_Daemon *daemon_start(struct server *server, enum port port,
                                       const struct tls_identity *tls)
{
    unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD |
                         MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
                         MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
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
        secured[2].ptr_value = (void *)(uintptr_t)tls->priorities;
        secured[3].option = MHD_OPTION_END;
    }
    return MHD_start_daemon(
        flags, 0, NULL, NULL, dispatch, &server->listener[port],
        MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, links_notify, server->links,
        MHD_OPTION_NOTIFY_COMPLETED, dispatch_done, NULL,
        /* The acceptor counts over all of them. */
        MHD_OPTION_CONNECTION_LIMIT, 2 * CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned int)server->per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_PER_LINK,
        MHD_OPTION_THREAD_STACK_SIZE, STACK_SIZE, MHD_OPTION_ARRAY, secured,
        MHD_OPTION_END);
}

/* The API with that TLS; made when it is first needed. NULL on failure. */
static struct MHD_Daemon *api_daemon(struct server *server, enum tls_kind kind)
{
    struct tls_identity *tls = &server->tls[kind];

    if (server->api[kind] == NULL && tls->key_pem == NULL &&
        !tls_make(server->manager->ca, server->address, kind, tls))
        return NULL;
    if (server->api[kind] == NULL)
        server->api[kind] = daemon_start(server, PORT_API, tls);
    return server->api[kind];
}

static enum tls_kind tls_kind(int fault)
{
    switch (fault) {
    case FAULT_TLS_EXPIRED: return TLS_EXPIRED;
    case FAULT_TLS_WRONG_NAME: return TLS_WRONG_NAME;
    case FAULT_TLS_SELF_SIGNED: return TLS_SELF_SIGNED;
    case FAULT_TLS_OLD_VERSION: return TLS_OLD_VERSION;
    default: return TLS_SOUND;
    }
}

static void take(void *cls, enum port port, int fault, int socket,
                 const struct sockaddr *address, socklen_t length)
{
    struct server *server = cls;
    struct MHD_Daemon *daemon = port == PORT_API
                                    ? api_daemon(server, tls_kind(fault))
                                    : server->published;

    /* It closes the socket where it can't take it, and says why. */
    if (daemon != NULL)
        MHD_add_connection(daemon, socket, address, length);
    else
        close(socket);
}

/* A descriptor for each connection, whatever the shell's habit is. */
static void descriptors_raise(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur >= 2 * CONNECTIONS)
        return;
    limit.rlim_cur = limit.rlim_max < 2 * CONNECTIONS ? limit.rlim_max
                                                      : (rlim_t)2 * CONNECTIONS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int64_t setting_number(struct database *db, const char *name,
                              int64_t otherwise)
{
    char *text = setting_get(db, name);
    int64_t value = otherwise;

    if (text != NULL && !text_number(text, 1, INT32_MAX, &value))
        value = otherwise;
    free(text);
    return value;
}

static int server_run(struct server *server)
{
    struct acceptor_options options = {
        .manager = server->manager,
        .links = server->links,
        .most = CONNECTIONS,
        .sockets = {server->sockets[0], server->sockets[1]},
        .take = take,
        .cls = server,
    };

    server->published = daemon_start(server, PORT_PUBLIC, NULL);
    if (server->published == NULL || api_daemon(server, TLS_SOUND) == NULL)
        return 0;
    server->acceptor = acceptor_start(&options);
    return server->acceptor != NULL;
}

struct server *server_start(struct manager *m, const char *address,
                            int api_socket, int public_socket)
{
    struct server *server = calloc(1, sizeof(*server));

    if (server == NULL) {
        close(api_socket);
        close(public_socket);
        return NULL;
    }
    descriptors_raise();
    server->manager = m;
    server->address = address;
    server->per_address =
        setting_number(m->db, "per-address", PER_ADDRESS_DEFAULT);
    server->sockets[PORT_API] = api_socket;
    server->sockets[PORT_PUBLIC] = public_socket;
    server->listener[PORT_API] = (struct listener){m, PORT_API};
    server->listener[PORT_PUBLIC] = (struct listener){m, PORT_PUBLIC};
    server->links =
        links_new(setting_number(m->db, "header-time", HEADERS_DEFAULT));
    if (server->links != NULL && server_run(server))
        return server;
    complain("cannot start the http server");
    server_stop(server);
    return NULL;
}

void server_stop(struct server *server)
{
    int kind;

    if (server == NULL)
        return;
    acceptor_free(server->acceptor);
    close(server->sockets[PORT_API]);
    close(server->sockets[PORT_PUBLIC]);
    for (kind = 0; kind < TLS_KINDS; kind++)
        if (server->api[kind] != NULL)
            MHD_stop_daemon(server->api[kind]);
    if (server->published != NULL)
        MHD_stop_daemon(server->published);
    for (kind = 0; kind < TLS_KINDS; kind++)
        tls_clear(&server->tls[kind]);
    links_free(server->links);
    free(server);
}
