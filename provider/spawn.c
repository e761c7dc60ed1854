/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts and ends the hook. Called by ask.c. posix_spawn, because it runs no
 * fork handlers of the host; a socket pair, because writing to it can be kept
 * from raising SIGPIPE. The host may ignore SIGCHLD or reap our child: then
 * its exit status is lost, and nobody here looks at it.
 */
#include "provider/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/wire.h"
#include "provider/environment.h"

#define PATIENCE_MS 1000
#define POLL_MS     20

/*
 * Out of the way of 0, 1 and 2: where the host has closed one of these, its
 * next printf would otherwise end up in our channel.
 */
static int move_up(int fd)
{
    int higher;

    if (fd > STDERR_FILENO)
        return fd;
    higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return higher;
}

static void close_pair(const int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
}

static int open_channel(int pair[2], struct enroll_problem *problem)
{
    const char *what = NULL;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) {
        pair[0] = move_up(pair[0]);
        pair[1] = move_up(pair[1]);
        if (pair[0] >= 0 && pair[1] >= 0)
            return 1;
        close_pair(pair);
    }
    what = errno == EMFILE || errno == ENFILE
               ? "no file descriptor is free; raise the limit (ulimit -n)"
               : strerror(errno);
    return enroll_problem_set(problem, ENROLL_INTERNAL,
                              "enroll-hook cannot be started: %s", what);
}

/* Order counts: everything above 2 is closed last. */
static int set_descriptors(posix_spawn_file_actions_t *actions, int channel,
                           int with_stderr)
{
    if (posix_spawn_file_actions_adddup2(actions, channel, STDIN_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(actions, channel, STDOUT_FILENO) != 0)
        return 0;
    if (!with_stderr &&
        posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null",
                                         O_WRONLY, 0) != 0)
        return 0;
#ifdef ENROLL_HAVE_CLOSEFROM
    if (posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) !=
        0)
        return 0;
#endif
    return 1;
}

/*
 * No signal blocked or ignored; no session or group of its own, so that Ctrl-C
 * reaches it as it reaches the tool.
 */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF) == 0;
}

/* 0, or an errno. */
static int spawn(const char *path, char **environment, int channel,
                 int with_stderr, pid_t *pid)
{
    char name[] = "enroll-hook", verb[] = "answer";
    char *arguments[] = {name, verb, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = ENOMEM;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return error;
    if (posix_spawnattr_init(&attributes) == 0) {
        if (set_descriptors(&actions, channel, with_stderr) &&
            set_signals(&attributes))
            error = posix_spawn(pid, path, &actions, &attributes, arguments,
                                environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static int refuse_start(const char *path, int error,
                        struct enroll_problem *problem)
{
    const char *what = error == ENOENT ? "no such file" : strerror(error);

    return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                              "%s cannot be started: %s; reinstall or set "
                              "hook = in openssl.cnf",
                              path, what);
}

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);

    return fd < 0 ? -1 : move_up(fd);
#else
    (void)pid;
    return -1;
#endif
}

int enroll_child_start(const struct enroll_provider *provider, int quiet,
                       struct enroll_child *child,
                       struct enroll_problem *problem)
{
    int with_stderr =
        !quiet && provider->stderr_open && fcntl(STDERR_FILENO, F_GETFD) >= 0;
    char **environment = NULL;
    const char *path = NULL;
    int pair[2] = {-1, -1}, error;
    pid_t pid = -1;

    if (!enroll_settings_hook(&provider->settings, &path, problem) ||
        !open_channel(pair, problem))
        return 0;
    environment = enroll_environment_new(provider->settings.pass_env);
    error = environment == NULL
                ? ENOMEM
                : spawn(path, environment, pair[1], with_stderr, &pid);
    enroll_environment_free(environment);
    close(pair[1]);
    if (error != 0) {
        close(pair[0]);
        return refuse_start(path, error, problem);
    }
    child->pid = pid;
    child->pidfd = open_pidfd(pid);
    child->fd = pair[0];
    return 1;
}

/* 1 if the child is gone, by whomever it was reaped. */
static int gone(const struct enroll_child *child)
{
    pid_t pid;

    do
        pid = waitpid(child->pid, NULL, WNOHANG);
    while (pid < 0 && errno == EINTR);
    return pid != 0;
}

static int wait_until_gone(const struct enroll_child *child, long long deadline)
{
    while (!gone(child)) {
        struct pollfd end = {.fd = child->pidfd, .events = POLLIN};
        long long left = deadline - enroll_monotonic_ms();

        if (left <= 0)
            return 0;
        poll(&end, 1, left < POLL_MS ? (int)left : POLL_MS);
    }
    return 1;
}

/* By number only while it can't have become another process's. */
static void kill_child(const struct enroll_child *child, int number)
{
#ifdef SYS_pidfd_send_signal
    if (child->pidfd >= 0) {
        syscall(SYS_pidfd_send_signal, child->pidfd, number, NULL, 0);
        return;
    }
#endif
    if (!gone(child))
        kill(child->pid, number);
}

void enroll_child_end(struct enroll_child *child, int patient)
{
    static const int signals[] = {0, SIGTERM, SIGKILL};

    close(child->fd);
    for (int i = patient ? 0 : 1; i < 3; i++) {
        if (signals[i] != 0)
            kill_child(child, signals[i]);
        if (wait_until_gone(child, enroll_monotonic_ms() + PATIENCE_MS))
            break;
    }
    if (child->pidfd >= 0)
        close(child->pidfd);
}
