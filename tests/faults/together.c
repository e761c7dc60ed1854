/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts a command many times at the same moment and says when each ended:
 *
 *   together [--watch FOLDER/NAME] [--limit SECONDS] [--output PREFIX] COUNT
 *            COMMAND...
 *
 * {} in the command is replaced by the number of the copy, from 0. All copies
 * are there, waiting, before the first one begins. Lines of output, times in
 * milliseconds since they were let go:
 *
 *   appeared TIME        NAME was moved to its place in FOLDER
 *   ended NUMBER STATUS TIME
 *
 * Who has not ended after SECONDS (120) is killed: STATUS 137. Copies write to
 * PREFIX.NUMBER; without it to nowhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COPIES_MAX 4096

struct herd {
    const char *watch, *output;
    long limit, count, left;
    pid_t pids[COPIES_MAX];
    double since;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "together: %s: %s\n", what, strerror(errno));
    exit(125);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static char **take_options(struct herd *herd, char **argv)
{
    for (argv++; argv[0] != NULL && argv[1] != NULL; argv += 2) {
        if (strcmp(*argv, "--watch") == 0)
            herd->watch = argv[1];
        else if (strcmp(*argv, "--output") == 0)
            herd->output = argv[1];
        else if (strcmp(*argv, "--limit") == 0)
            herd->limit = strtol(argv[1], NULL, 10);
        else
            break;
    }
    herd->count = argv[0] == NULL ? 0 : strtol(*argv++, NULL, 10);
    errno = EINVAL;
    if (herd->count < 1 || herd->count > COPIES_MAX || *argv == NULL)
        die("[--watch FOLDER/NAME] [--limit SECONDS] [--output PREFIX] COUNT "
            "COMMAND...");
    return argv;
}

/* {} replaced, once an argument. */
static char *numbered(const char *text, long number)
{
    const char *at = strstr(text, "{}");
    char *result = NULL;

    if (at == NULL)
        return strdup(text);
    if (asprintf(&result, "%.*s%ld%s", (int)(at - text), text, number, at + 2) <
        0)
        return NULL;
    return result;
}

static _Noreturn void become(const struct herd *herd, int gate, long number,
                             char **command)
{
    char *name = NULL, byte;
    sigset_t none;
    int out;

    if (herd->output != NULL &&
        asprintf(&name, "%s.%ld", herd->output, number) < 0)
        _exit(125);
    out = open(name == NULL ? "/dev/null" : name,
               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    for (char **each = command; *each != NULL; each++)
        *each = numbered(*each, number);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* The gate opens for all at once: its other end is closed. */
    while (read(gate, &byte, 1) < 0 && errno == EINTR)
        ;
    if (out < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        _exit(125);
    execvp(command[0], command);
    dprintf(2, "together: %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

/* The end to close, so that they begin. */
static int line_up(struct herd *herd, char **command)
{
    int gate[2];

    if (pipe2(gate, O_CLOEXEC) != 0)
        die("pipe");
    for (long i = 0; i < herd->count; i++) {
        herd->pids[i] = fork();
        if (herd->pids[i] < 0)
            die("fork");
        if (herd->pids[i] == 0) {
            close(gate[1]);
            become(herd, gate[0], i, command);
        }
    }
    close(gate[0]);
    return gate[1];
}

static void reap(struct herd *herd)
{
    int status = 0;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (long i = 0; i < herd->count; i++) {
            if (herd->pids[i] != pid)
                continue;
            printf("ended %ld %d %.1f\n", i,
                   WIFEXITED(status) ? WEXITSTATUS(status)
                                     : 128 + WTERMSIG(status),
                   now() - herd->since);
            herd->pids[i] = 0;
            herd->left--;
        }
}

static int watch(struct herd *herd)
{
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    char *folder = NULL, *slash = NULL;

    if (herd->watch == NULL)
        return -1;
    folder = strdup(herd->watch);
    slash = folder == NULL ? NULL : strrchr(folder, '/');
    if (fd < 0 || slash == NULL)
        die("watch");
    *slash = '\0';
    herd->watch += slash - folder + 1;
    if (inotify_add_watch(fd, folder, IN_MOVED_TO) < 0)
        die(folder);
    free(folder);
    return fd;
}

static void look(const struct herd *herd, int fd)
{
    _Alignas(struct inotify_event) char buffer[4096];
    double at = now() - herd->since;
    ssize_t length = read(fd, buffer, sizeof(buffer));
    const struct inotify_event *event = NULL;

    for (ssize_t i = 0; i < length;
         i += (ssize_t)(sizeof(*event) + event->len)) {
        event = (const void *)(buffer + i);
        if (event->len > 0 && strcmp(event->name, herd->watch) == 0)
            printf("appeared %.1f\n", at);
    }
}

static void follow(struct herd *herd, int children, int watched)
{
    struct pollfd fds[2] = {{.fd = watched, .events = POLLIN},
                            {.fd = children, .events = POLLIN}};
    struct signalfd_siginfo info;
    double end = herd->since + (double)herd->limit * 1e3;

    while (herd->left > 0) {
        double left = end - now();

        if (left <= 0) {
            for (long i = 0; i < herd->count; i++)
                if (herd->pids[i] != 0)
                    kill(herd->pids[i], SIGKILL);
            left = 1000;
        }
        if (poll(fds, 2, (int)left) < 0)
            die("poll");
        if (fds[0].revents != 0)
            look(herd, watched);
        if (fds[1].revents != 0 && read(children, &info, sizeof(info)) > 0)
            reap(herd);
    }
}

int main(int argc, char **argv)
{
    static struct herd herd = {.limit = 120};
    char **command = argc > 0 ? take_options(&herd, argv) : NULL;
    int gate, children, watched;
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    watched = watch(&herd);
    if (children < 0 || command == NULL)
        die("signalfd");
    herd.left = herd.count;
    gate = line_up(&herd, command);
    herd.since = now();
    close(gate);
    follow(&herd, children, watched);
    return 0;
}
