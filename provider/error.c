/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raises errors and prints them. Called once per refusal, by whoever refuses.
 */
#include "provider/error.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REASON_BASE 100
#define SAY_MS      1000

const OSSL_ITEM enroll_reason_strings[] = {
    {REASON_BASE + ENROLL_USAGE, "not a usable enroll URI"},
    {REASON_BASE + ENROLL_NOT_USABLE, "certificate not usable"},
    {REASON_BASE + ENROLL_PENDING, "request pending approval"},
    {REASON_BASE + ENROLL_THROTTLED, "manager asks to wait"},
    {REASON_BASE + ENROLL_UNREACHABLE, "manager unreachable"},
    {REASON_BASE + ENROLL_KEY, "key or token failed"},
    {REASON_BASE + ENROLL_TIMESTAMP, "no time stamp"},
    {REASON_BASE + ENROLL_POLICY, "refused by policy"},
    {REASON_BASE + ENROLL_VERIFICATION, "verification failed"},
    {REASON_BASE + ENROLL_REJECTED, "rejected by the manager"},
    {REASON_BASE + ENROLL_CONFIGURATION, "configuration error"},
    {REASON_BASE + ENROLL_INTERNAL, "internal error"},
    {0, NULL},
};

static void vset(const struct enroll_provider *provider, unsigned int reason,
                 const char *format, ...)
{
    va_list args;

    va_start(args, format);
    provider->vset_error(provider->handle, reason, format, args);
    va_end(args);
}

void enroll_raise(const struct enroll_provider *provider,
                  const struct enroll_problem *problem)
{
    provider->new_error(provider->handle);
    provider->set_error_debug(provider->handle, OPENSSL_FILE, OPENSSL_LINE,
                              OPENSSL_FUNC);
    vset(provider, REASON_BASE + (unsigned int)problem->class, "%s",
         problem->line);
}

/* write(2) without SIGPIPE reaching the host; handlers stay as they are. */
static void write_quietly(const char *text, size_t length)
{
    const struct timespec at_once = {0};
    sigset_t pipe_only, before, pending;

    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    if (pthread_sigmask(SIG_BLOCK, &pipe_only, &before) != 0)
        return;
    if (write(STDERR_FILENO, text, length) < 0 && errno == EPIPE &&
        !sigismember(&pending, SIGPIPE))
        sigtimedwait(&pipe_only, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void enroll_say(const struct enroll_provider *provider, const char *line)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    char text[ENROLL_LINE_MAX + 16];
    int length;

    if (!provider->stderr_open)
        return;
    length = snprintf(text, sizeof(text), "enroll: %s\n", line);
    /* A pipe that is ready takes a line of this size without blocking. */
    if (length > 0 && poll(&out, 1, SAY_MS) > 0 && (out.revents & POLLOUT) != 0)
        write_quietly(text, (size_t)length);
}

int enroll_refuse(const struct enroll_provider *provider,
                  const struct enroll_problem *problem)
{
    enroll_raise(provider, problem);
    enroll_say(provider, problem->line);
    return 0;
}
