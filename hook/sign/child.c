/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts a tool and waits for it. Called for every run of osslsigncode; gives
 * the tool an empty signal mask, default dispositions and three descriptors.
 */
#include "hook/sign/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/wire.h"

/* How late the end of a tool is noticed whose own child keeps the pipe. */
#define TICK_MS 200

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setpgroup(attributes, 0) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP) == 0;
}

/* 0, or an errno. */
static int spawn(const struct enroll_child *child, int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = ENOMEM;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return ENOMEM;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    if (set_attributes(&attributes) &&
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY,
                                         0) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, output, 1) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, output, 2) == 0 &&
        posix_spawn_file_actions_addclosefrom_np(&actions, 3) == 0)
        /* posix_spawn does not write through argv. */
        error = posix_spawn(pid, child->path, &actions, &attributes,
                            (char *const *)child->argv, child->envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Keeps the end of what was said. 0 at the end of the pipe. */
static int take_output(struct enroll_child *child, int fd)
{
    size_t room = sizeof(child->output) - 1 - child->used;
    ssize_t got;

    if (room < sizeof(child->output) / 4) {
        size_t drop = sizeof(child->output) / 2;

        memmove(child->output, child->output + drop, child->used - drop);
        child->used -= drop;
        room += drop;
    }
    got = read(fd, child->output + child->used, room);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    child->used += (size_t)got;
    child->output[child->used] = '\0';
    return got > 0;
}

enum ending { ENDED, LATE, INTERRUPTED, LOST };

static enum ending watch(struct enroll_child *child, pid_t pid, int output,
                         int *status)
{
    struct pollfd fds[2] = {{.fd = output, .events = POLLIN},
                            {.fd = -1, .events = POLLIN}};

    if (child->interrupt != NULL)
        fds[1].fd = child->interrupt->fd;
    for (;;) {
        long long left = child->deadline - enroll_monotonic_ms();
        pid_t ended = 0;

        if (child->interrupt != NULL && enroll_interrupt_came(child->interrupt))
            return INTERRUPTED;
        if (left <= 0)
            return LATE;
        fds[0].revents = fds[1].revents = 0;
        if (fds[0].fd >= 0 &&
            poll(fds, 2, left < TICK_MS ? (int)left : TICK_MS) > 0 &&
            fds[0].revents != 0 && !take_output(child, output))
            fds[0].fd = -1;
        else if (fds[0].fd < 0)
            poll(&fds[1], 1, 5);
        ended = waitpid(pid, status, WNOHANG);
        if (ended < 0 && errno != EINTR)
            return LOST;
        if (ended == pid)
            break;
    }
    /* What was said last may still be in the pipe. */
    while (fds[0].fd >= 0 && poll(fds, 1, 0) > 0 && fds[0].revents != 0)
        if (!take_output(child, output))
            fds[0].fd = -1;
    return ENDED;
}

static void kill_group(pid_t pid)
{
    int status = 0;

    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
}

static int judge(struct enroll_child *child, enum ending ending, int status,
                 struct enroll_problem *problem)
{
    if (ending == INTERRUPTED)
        return enroll_problem_set(problem, ENROLL_INTERNAL, "interrupted");
    if (ending == LATE)
        return enroll_problem_set(
            problem, ENROLL_INTERNAL,
            "%s did not come to an end in time and was stopped; if the file "
            "is very large or the machine busy, give it longer: --timeout",
            child->argv[0]);
    if (ending == LOST)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "lost sight of %s: %s", child->argv[0],
                                  strerror(errno));
    if (WIFSIGNALED(status)) {
        child->status = -1;
        return enroll_problem_set(
            problem, ENROLL_INTERNAL, "%s was ended by signal %d (%s)",
            child->argv[0], WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    child->status = WEXITSTATUS(status);
    return 1;
}

int enroll_child_run(struct enroll_child *child, struct enroll_problem *problem)
{
    int ends[2] = {-1, -1}, status = 0, error;
    pid_t pid = -1;
    enum ending ending;

    child->status = -1;
    child->used = 0;
    child->output[0] = '\0';
    /* Inherited as ignored it would take the exit status away. */
    signal(SIGCHLD, SIG_DFL);
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "cannot make a pipe: %s", strerror(errno));
    /* The tool's end must block like any standard output. */
    if (fcntl(ends[1], F_SETFL, 0) != 0)
        error = errno;
    else
        error = spawn(child, ends[1], &pid);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "cannot start %s: %s", child->path,
                                  strerror(error));
    }
    ending = watch(child, pid, ends[0], &status);
    if (ending == LATE || ending == INTERRUPTED)
        kill_group(pid);
    close(ends[0]);
    return judge(child, ending, status, problem);
}

/* Words with which osslsigncode and the provider begin what went wrong. */
static int looks_like_an_error(const char *line)
{
    static const char *const words[] = {"enroll", "fail",  "error",   "unable",
                                        "unsup",  "unrec", "corrupt", "cannot"};

    if (strcasecmp(line, "failed") == 0)
        return 0; /* its verdict, not its reason */
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasestr(line, words[i]) != NULL)
            return 1;
    return 0;
}

const char *enroll_child_says(const struct enroll_child *child, char *line,
                              size_t size)
{
    const char *at = child->output;
    int found = 0;

    line[0] = '\0';
    while (*at != '\0' && !found) {
        size_t length = strcspn(at, "\r\n");

        if (length > 0) {
            snprintf(line, size, "%.*s", (int)length, at);
            found = looks_like_an_error(line);
        }
        at += length;
        at += strspn(at, "\r\n");
    }
    return line[0] == '\0' ? "it said nothing" : line;
}
