/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts and follows the worker. Called by ready.c; the process that calls has
 * no threads. The worker touches no descriptor of the caller's but the lock,
 * its report and the folder of the identity.
 */
#include "hook/lifecycle/worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/wire.h"
#include "hook/lifecycle/stages.h"

#define SEND_MS  1000LL
#define KEPT_MAX (3 + ENROLL_MANAGERS_MAX)

static void send_report(int fd, struct enroll_record *report)
{
    if (report != NULL)
        enroll_wire_send(fd, report, enroll_monotonic_ms() + SEND_MS);
    enroll_record_free(report);
}

static void report_progress(void *context, const char *line)
{
    struct enroll_record *report = enroll_record_new(ENROLL_WIRE_REPLY);

    if (report != NULL && enroll_record_set(report, "progress", "%s", line))
        send_report(*(const int *)context, report);
    else
        enroll_record_free(report);
}

static struct enroll_record *make_result(int ok, unsigned long generation,
                                         const struct enroll_problem *problem)
{
    struct enroll_record *report = enroll_record_new(ENROLL_WIRE_REPLY);

    if (report != NULL &&
        (ok ? enroll_record_set(report, "class", "ok") &&
                  enroll_record_set(report, "generation", "%lu", generation)
            : enroll_record_set(report, "class", "%s",
                                enroll_class_name(problem->class)) &&
                  enroll_record_set(report, "line", "%s", problem->line)))
        return report;
    enroll_record_free(report);
    return NULL;
}

static int compare_fds(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Where the kernel knows no close_range (before 5.9, or behind a filter). */
static void close_listed(int first, int last)
{
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry = NULL;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        int fd = (int)strtol(entry->d_name, NULL, 10);

        if (fd >= first && fd <= last && fd != dirfd(folder))
            close(fd);
    }
    if (folder != NULL)
        closedir(folder);
}

static void close_between(int first, int last)
{
    if (first <= last &&
        close_range((unsigned int)first, (unsigned int)last, 0) != 0)
        close_listed(first, last);
}

/*
 * Everything but these: a build tool waits for the end of its pipes, and a
 * make for its job server, whoever holds them.
 */
static void close_others(int *kept, size_t count)
{
    int from = 3;

    qsort(kept, count, sizeof(*kept), compare_fds);
    for (size_t i = 0; i < count; i++) {
        if (kept[i] < from)
            continue;
        close_between(from, kept[i] - 1);
        from = kept[i] + 1;
    }
    close_between(from, INT_MAX);
}

/* A secret handed over as an open descriptor (fd:N) is read by the worker. */
static int secret_fd(const struct enroll_profile *profile)
{
    const char *reference = profile->client_secret;

    if (reference == NULL || strncmp(reference, "fd:", 3) != 0)
        return -1;
    return (int)strtol(reference + 3, NULL, 10);
}

static int is_kept(const int *kept, size_t count, int fd)
{
    for (size_t i = 0; i < count; i++)
        if (kept[i] == fd)
            return 1;
    return 0;
}

/* What a detached process keeps of its caller's; -1: nothing. */
struct kept {
    int profile_fd, lock_fd, report_fd;
};

static void detach(const struct enroll_profile *profile,
                   const struct kept *keep)
{
    int kept[KEPT_MAX] = {keep->lock_fd, keep->report_fd, keep->profile_fd,
                          secret_fd(profile)};
    size_t count = 4;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (size_t i = 0; i < profile->fallback_count; i++)
        kept[count++] = secret_fd(profile->fallback[i]);

    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        if (!is_kept(kept, count, fd))
            dup2(null, fd);
    close_others(kept, count);
    if (chdir("/") != 0)
        return; /* where it stands is of no importance */
}

/* What a detached process does; work is the caller's, of before the fork. */
typedef void detached_fn(const struct enroll_work *work, struct kept *kept);

static void run(const struct enroll_work *given, struct kept *kept)
{
    struct enroll_ready ready = *given->ready;
    struct enroll_work work = *given;
    struct enroll_problem problem = {.class = ENROLL_INTERNAL};
    struct enroll_record *result = NULL;
    unsigned long generation = 0;
    int ok;

    ready.progress = report_progress;
    ready.context = &kept->report_fd;
    work.ready = &ready;
    ok = enroll_work_run(&work, &generation, &problem);
    result = make_result(ok, generation, &problem);
    /* Before the report: who hears of the end must find the lock free. */
    close(kept->lock_fd);
    send_report(kept->report_fd, result);
    close(kept->report_fd);
    enroll_stages_see_through(work.profile, work.profile_fd);
}

static void see_through(const struct enroll_work *work, struct kept *kept)
{
    enroll_stages_see_through(work->profile, kept->profile_fd);
}

/* Twice, so that nobody has to reap the worker. */
static int fork_twice(detached_fn *body, const struct enroll_work *work,
                      struct kept kept)
{
    pid_t child = fork();

    if (child == 0) {
        pid_t worker = -1;

        if (setsid() >= 0)
            worker = fork();
        if (worker == 0) {
            detach(work->profile, &kept);
            body(work, &kept);
        }
        _exit(worker < 0);
    }
    if (child < 0)
        return 0;
    /* Where SIGCHLD is ignored there is no status, and the report tells. */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return 1;
}

void enroll_worker_see_through(const struct enroll_profile *profile,
                               int profile_fd)
{
    struct enroll_work work = {.profile = profile, .profile_fd = profile_fd};

    /* Where no process can be had, whoever comes next goes on. */
    if (enroll_stages_under_way(profile_fd))
        fork_twice(see_through, &work,
                   (struct kept){.profile_fd = profile_fd,
                                 .lock_fd = -1,
                                 .report_fd = -1});
}

int enroll_worker_start(const struct enroll_work *work, int lock_fd,
                        int *report_fd, struct enroll_problem *problem)
{
    int pair[2] = {-1, -1}, ok;

    ok = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0 &&
         fork_twice(run, work,
                    (struct kept){.profile_fd = work->profile_fd,
                                  .lock_fd = lock_fd,
                                  .report_fd = pair[1]});
    if (!ok)
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "%s: cannot start a process for the enrollment: %s",
                           work->profile->name, strerror(errno));
    close(lock_fd);
    if (pair[1] >= 0)
        close(pair[1]);
    if (!ok) {
        if (pair[0] >= 0)
            close(pair[0]);
        return 0;
    }
    *report_fd = pair[0];
    return 1;
}

/* 1 if that was its last word. */
static int take_report(const struct enroll_record *report,
                       const struct enroll_ready *ready,
                       enum enroll_worker_result *result,
                       unsigned long *generation,
                       struct enroll_problem *problem)
{
    const char *progress = enroll_record_get(report, "progress");
    const char *line = enroll_record_get(report, "line");
    enum enroll_class class = ENROLL_INTERNAL;
    long number = 0;

    if (progress != NULL && ready->progress != NULL)
        ready->progress(ready->context, progress);
    if (!enroll_class_parse(enroll_record_get(report, "class"), &class))
        return 0;
    *result = class == ENROLL_OK ? ENROLL_WORKER_DONE : ENROLL_WORKER_FAILED;
    if (enroll_record_get_long(report, "generation", &number))
        *generation = (unsigned long)number;
    if (class != ENROLL_OK)
        enroll_problem_set(problem, class, "%s", line == NULL ? "" : line);
    return 1;
}

enum enroll_worker_result enroll_worker_follow(int report_fd,
                                               long long deadline,
                                               const struct enroll_ready *ready,
                                               unsigned long *generation,
                                               struct enroll_problem *problem)
{
    struct enroll_wire *wire = OPENSSL_zalloc(sizeof(*wire));
    enum enroll_worker_result result = ENROLL_WORKER_DIED;
    struct enroll_record *report = NULL;
    int done = wire == NULL;

    if (wire != NULL)
        wire->fd = report_fd;
    while (!done) {
        switch (
            enroll_wire_receive(wire, ENROLL_WIRE_REPLY, deadline, &report)) {
        case ENROLL_WIRE_OK:
            done = take_report(report, ready, &result, generation, problem);
            enroll_record_free(report);
            break;
        case ENROLL_WIRE_TIMEOUT:
            result = ENROLL_WORKER_LATE;
            done = 1;
            break;
        case ENROLL_WIRE_CLOSED:
        case ENROLL_WIRE_GARBAGE: done = 1; break;
        }
    }
    OPENSSL_free(wire);
    return result;
}
