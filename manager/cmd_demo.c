/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-manager demo: going into the background, and the life of the serving
 * process. Its options are in demo_options.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "authority.h"
#include "database.h"
#include "demo.h"
#include "files.h"
#include "instance.h"
#include "options.h"
#include "orders.h"
#include "server.h"
#include "text.h"

/* How serve() ends when somebody else serves that folder. */
#define ANOTHER_WAS_FASTER 100

/* ----- addresses ----- */

/* The port asked for, else the one of last time, else any. */
static int port_wanted(struct database *db, const char *setting, int asked)
{
    char *kept;
    int64_t port = 0;

    if (asked >= 0)
        return asked;
    kept = setting_get(db, setting);
    if (kept != NULL && !text_number(kept, 1, 65535, &port))
        port = 0;
    free(kept);
    return (int)port;
}

static int port_keep(struct database *db, const char *setting, int port)
{
    char text[8];

    snprintf(text, sizeof(text), "%d", port);
    return setting_set(db, setting, text);
}

/* An address as URLs have it; a wildcard is reached by loopback. */
static char *url_make(const char *scheme, const char *address, int port)
{
    if (strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0)
        address = "127.0.0.1";
    return text_format(strchr(address, ':') != NULL ? "%s://[%s]:%d"
                                                    : "%s://%s:%d",
                       scheme, address, port);
}

struct sockets {
    int api;
    int published;
};

static int addresses_take(struct manager *m, const struct demo_options *o,
                          struct sockets *s)
{
    int port = port_wanted(m->db, "port", o->port);
    int http_port = port_wanted(m->db, "http-port", o->http_port);

    s->api = server_bind(o->listen, &port);
    s->published = s->api >= 0 ? server_bind(o->listen, &http_port) : -1;
    if (s->published < 0)
        return 0;
    m->api_url = url_make("https", o->listen, port);
    m->http_url = url_make("http", o->listen, http_port);
    if (m->api_url != NULL)
        m->token_url = text_format("%s" MANAGER_TOKEN_PATH, m->api_url);
    return m->token_url != NULL && m->http_url != NULL &&
           port_keep(m->db, "port", port) &&
           port_keep(m->db, "http-port", http_port) &&
           setting_set(m->db, "http-url", m->http_url);
}

/* ----- the serving process ----- */

static int prepare(struct manager *m, const struct demo_options *o,
                   struct sockets *sockets)
{
    m->dir = strdup(o->dir);
    if (m->dir != NULL)
        m->db = db_open(o->dir, 1);
    if (m->db == NULL || !addresses_take(m, o, sockets))
        return 0;
    m->ca =
        authority_create(o->dir, o->ca_key, m->http_url, (int64_t)time(NULL));
    return m->ca != NULL && demo_account(m, o) && demo_files(m) &&
           orders_resume(m);
}

static void say_ready(const struct manager *m)
{
    printf("enroll-manager: serving %s on %s (stop it with `enroll-manager "
           "stop %s`)\n",
           m->dir, m->api_url, m->dir);
    fflush(stdout);
}

/* From here on nobody looks at the terminal: words go to DIR/log. */
static void detach(const char *dir)
{
    char *path = file_path(dir, "log");
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int log = path != NULL
                  ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
                  : -1;

    if (null >= 0)
        dup2(null, STDIN_FILENO);
    if (log >= 0) {
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        close(log);
    }
    if (null >= 0)
        close(null);
    free(path);
}

/* Until SIGTERM or SIGINT, which the caller has blocked. */
static void serve_until_told(struct manager *m, struct server *server,
                             const sigset_t *signals, int claim)
{
    const uint64_t one = 1;
    int signal = 0;

    sigwait(signals, &signal);
    instance_leaving(claim);
    if (write(m->stop_fd, &one, sizeof(one)) < 0)
        complain("cannot wake what waits: %s", strerror(errno));
    server_stop(server);
}

/* ready: written to once it serves, or -1 in the foreground. */
static int serve(const struct demo_options *o, int ready)
{
    struct manager m = {.stop_fd = eventfd(0, EFD_CLOEXEC)};
    struct sockets sockets = {-1, -1};
    struct server *server = NULL;
    int claim = instance_claim(o->dir);
    sigset_t signals;

    if (claim < 0) {
        close(m.stop_fd);
        return claim == -2 ? ANOTHER_WAS_FASTER : EXIT_FAILED;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (prepare(&m, o, &sockets))
        server = server_start(&m, o->listen, sockets.api, sockets.published);
    if (server != NULL && instance_ready(claim)) {
        say_ready(&m);
        if (ready >= 0) {
            detach(o->dir);
            if (write(ready, "1", 1) != 1)
                complain("nobody waits for us any more");
            close(ready);
        }
        serve_until_told(&m, server, &signals, claim);
    }
    close(m.stop_fd);
    manager_close(&m);
    close(claim);
    return server != NULL ? EXIT_DONE : EXIT_FAILED;
}

/* ----- background ----- */

/* Waits until the child serves, or its exit status. */
static int background_wait(pid_t child, int ready)
{
    int status = 0;
    ssize_t n;
    char byte;

    do {
        n = read(ready, &byte, 1);
    } while (n < 0 && errno == EINTR);
    if (n == 1)
        return EXIT_DONE;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) != EXIT_DONE
               ? WEXITSTATUS(status)
               : EXIT_FAILED;
}

/* What the caller had open is none of ours, and somebody may be waiting for
 * the end of it. */
static void close_others(int keep)
{
    if (keep > STDERR_FILENO + 1)
        close_range(STDERR_FILENO + 1, (unsigned int)keep - 1, 0);
    close_range((unsigned int)keep + 1, ~0U, 0);
}

static int background(const struct demo_options *o)
{
    int ends[2], status;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return EXIT_FAILED;
    child = fork();
    if (child == 0) {
        close_others(ends[1]);
        setsid();
        exit(serve(o, ends[1]));
    }
    close(ends[1]);
    status = child > 0 ? background_wait(child, ends[0]) : EXIT_FAILED;
    if (child < 0)
        complain("cannot start a process: %s", strerror(errno));
    close(ends[0]);
    return status;
}

/* ----- the command line ----- */

/* The folder, made and as an absolute path; the caller frees it. */
static char *folder_take(const char *dir)
{
    char *absolute = NULL;

    if (!folder_make(dir))
        return NULL;
    absolute = realpath(dir, NULL);
    if (absolute == NULL)
        complain("%s: %s", dir, strerror(errno));
    if (absolute != NULL && !demo_path_ok(absolute)) {
        complain("%s: choose a path without quotes, commas, semicolons, "
                 "backslashes, $ and #: it has to stand in configuration files",
                 absolute);
        free(absolute);
        absolute = NULL;
    }
    return absolute;
}

/* One is running: with --background that is what was wanted. */
static int already(const struct demo_options *o)
{
    if (!o->background) {
        complain("one is running in %s already (stop it with `enroll-manager "
                 "stop %s`)",
                 o->dir, o->dir);
        return EXIT_FAILED;
    }
    printf("enroll-manager: one is running in %s already\n", o->dir);
    return EXIT_DONE;
}

/* Waits for one that is starting or stopping; whichever it was. */
static int start_or_find(const struct demo_options *o)
{
    int status;

    if (instance_wait_ready(o->dir))
        return already(o);
    status = o->background ? background(o) : serve(o, -1);
    if (status != ANOTHER_WAS_FASTER)
        return status;
    if (instance_wait_ready(o->dir))
        return already(o);
    complain("the manager of %s does not get ready: see %s/log", o->dir,
             o->dir);
    return EXIT_FAILED;
}

static int demo(struct demo_options *o, const char *dir)
{
    char *absolute = folder_take(dir);
    int status = EXIT_FAILED;

    if (absolute != NULL) {
        o->dir = absolute;
        status = start_or_find(o);
    }
    free(absolute);
    return status;
}

int command_demo(const struct command *self, int argc, char **argv)
{
    struct demo_options o = {
        .listen = "127.0.0.1",
        .port = -1,
        .http_port = -1,
        .validity = -1,
        .backdate = -1,
        .token_life = -1,
        .per_address = -1,
        .header_time = -1,
    };
    int option;

    while ((option = option_next(self, argc, argv, demo_option_table)) != -1) {
        if (option == 'h')
            return EXIT_DONE;
        if (option == '?')
            return EXIT_USAGE;
        if (!demo_option_take(option, optarg, &o))
            return usage_error(self, "%s is no value for --%s", optarg,
                               demo_option_name(option));
    }
    if (operand(argc, argv, 0) == NULL || operand(argc, argv, 1) != NULL)
        return usage_error(self, "wants one folder");
    return demo(&o, operand(argc, argv, 0));
}
