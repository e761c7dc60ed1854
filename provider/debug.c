/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the debug log. Called from everywhere in the provider; opens and
 * closes the file for every line, so that no descriptor of ours lies about in
 * the host.
 */
#include "provider/debug.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/problem.h"
#include "provider/error.h"

static void append(const char *path, const char *line)
{
    char text[ENROLL_LINE_MAX + 64], when[32] = "";
    time_t now = time(NULL);
    struct tm tm;
    int fd = open(path,
                  O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
                      O_NOCTTY | O_NONBLOCK,
                  0600);

    if (fd < 0)
        return;
    if (gmtime_r(&now, &tm) != NULL)
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
    snprintf(text, sizeof(text), "%s %ld %s\n", when, (long)getpid(), line);
    /* A log that can't be written is no reason to fail. */
    if (write(fd, text, strlen(text)) < 0)
        (void)0;
    close(fd);
}

void enroll_debug(const struct enroll_provider *provider, const char *format,
                  ...)
{
    struct enroll_problem event;
    char line[ENROLL_LINE_MAX];
    va_list args;

    if (provider->settings.debug == NULL)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    enroll_problem_set(&event, ENROLL_OK, "%s", line); /* one line, printable */
    if (strcmp(provider->settings.debug, "stderr") == 0)
        enroll_say(provider, event.line);
    else
        append(provider->settings.debug, event.line);
}
