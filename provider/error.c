/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raises errors and prints them. Called once per refusal, by whoever refuses.
 */
#include "provider/error.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
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

/*
 * Only where it can't block and nobody has hung up: then a line of this size
 * goes into a pipe at once, and no SIGPIPE reaches the host.
 */
void enroll_say(const struct enroll_provider *provider, const char *line)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    char text[ENROLL_LINE_MAX + 16];
    int length;

    if (!provider->stderr_open || poll(&out, 1, SAY_MS) != 1 ||
        out.revents != POLLOUT)
        return;
    length = snprintf(text, sizeof(text), "enroll: %.*s\n", ENROLL_LINE_MAX - 1,
                      line);
    /* Who can't be told here still finds it on the queue. */
    if (write(STDERR_FILENO, text, (size_t)length) < 0)
        (void)0;
}

int enroll_refuse(const struct enroll_provider *provider,
                  const struct enroll_problem *problem)
{
    enroll_raise(provider, problem);
    enroll_say(provider, problem->line);
    return 0;
}
