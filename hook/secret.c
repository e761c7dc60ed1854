/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads secrets. Called when a session is opened; no line from here ever shows
 * more than a reference, and not even that where it has no known form: it may
 * be the secret itself.
 */
#include "hook/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/wire.h"

/* One reading: where the bytes go, and how messages begin. */
struct reading {
    const char *profile, *key, *reference;
    struct enroll_problem *problem;
    char bytes[ENROLL_SECRET_MAX + 2]; /* a newline, and one too many */
    size_t length;
};

static int fail(const struct reading *reading, const char *reason,
                const char *remedy)
{
    return enroll_problem_set(reading->problem, ENROLL_CONFIGURATION,
                              "%s: %s = %.300s: %s; %s", reading->profile,
                              reading->key, reading->reference, reason, remedy);
}

/* ----- descriptors ----- */

/* 1 once there is something to read or the end; 0 when time is up. */
static int wait_readable(int fd, long long deadline)
{
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        long long left = deadline - enroll_monotonic_ms();
        int ready = poll(&poll_fd, 1, left > 0 ? (int)left : 0);

        if (ready > 0)
            return 1;
        if (ready == 0 || errno != EINTR)
            return 0;
    }
}

static int read_all(struct reading *reading, int fd)
{
    long long deadline = enroll_monotonic_ms() + ENROLL_SECRET_WAIT_MS;

    while (reading->length < sizeof(reading->bytes)) {
        ssize_t got = 0;

        if (!wait_readable(fd, deadline))
            return fail(reading, "its end did not come within 10 s",
                        "write the secret and close the other end");
        got = read(fd, reading->bytes + reading->length,
                   sizeof(reading->bytes) - reading->length);
        if (got == 0)
            return 1;
        if (got > 0)
            reading->length += (size_t)got;
        else if (errno != EINTR && errno != EAGAIN)
            return fail(reading, strerror(errno), "give another");
    }
    return fail(reading, "it is longer than a secret can be (4096 bytes)",
                "is it the right one?");
}

static int read_fd(struct reading *reading, const char *number)
{
    char *end = NULL;
    long fd = strtol(number, &end, 10);
    int ok = 0;

    if (number[0] < '0' || number[0] > '9' || *end != '\0' || fd > INT_MAX ||
        fd == 1 || fd == 2)
        return fail(reading, "that is no number of a descriptor to read from",
                    "write fd:0, or fd:3 and greater");
    if (fcntl((int)fd, F_GETFD) < 0)
        return fail(reading, "that descriptor is not open",
                    "start the program with it, as in: 3< FILE; it is read "
                    "once only");
    ok = read_all(reading, (int)fd);
    if (fd > 2)
        close((int)fd);
    return ok;
}

/* ----- files ----- */

static int fail_open(const struct reading *reading)
{
    switch (errno) {
    case ENOENT:
        return fail(reading, "there is no such file",
                    "write the secret into it (chmod 600)");
    case ELOOP:
        return fail(reading, "it is a symbolic link",
                    "name the file it points to");
    case EACCES:
        return fail(reading, "this user may not read it",
                    "have it belong to the user that runs enroll-hook");
    default:
        return fail(reading, strerror(errno), "name a file with the secret");
    }
}

/* others: the permissions that nobody but the owner may have. */
static int check_file(const struct reading *reading, const struct stat *st,
                      mode_t others)
{
    char remedy[PATH_MAX + 32];
    const char *path = strchr(reading->reference, ':') + 1;

    if (!S_ISREG(st->st_mode))
        return fail(reading, "it is not a regular file",
                    "name a file with the secret");
    if (st->st_uid != geteuid() && st->st_uid != 0) {
        char reason[80];

        snprintf(reason, sizeof(reason),
                 "it belongs to user %lu, neither to you nor to root",
                 (unsigned long)st->st_uid);
        snprintf(remedy, sizeof(remedy), "run: chown %lu '%s'",
                 (unsigned long)geteuid(), path);
        return fail(reading, reason, remedy);
    }
    if ((st->st_mode & others) != 0) {
        snprintf(remedy, sizeof(remedy),
                 "run: chmod 600 '%s', and have the secret made anew if "
                 "others may have seen it",
                 path);
        return fail(reading, "other users can get at it", remedy);
    }
    return 1;
}

static int read_path(struct reading *reading, const char *path, mode_t others)
{
    struct stat st;
    /* O_NONBLOCK: a pipe in its place must not hang us. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int ok = 0;

    if (fd < 0)
        return fail_open(reading);
    if (fstat(fd, &st) != 0)
        ok = fail_open(reading);
    else
        ok = check_file(reading, &st, others) && read_all(reading, fd);
    close(fd);
    return ok;
}

static int read_file(struct reading *reading, const char *path)
{
    if (path[0] != '/')
        return fail(reading, "the path is not absolute",
                    "write it from the root, beginning with /");
    return read_path(reading, path, S_IRWXG | S_IRWXO);
}

/*
 * For a service of another user systemd gives its credentials to root and lets
 * that user in by an ACL, whose mask shows as the group's permissions.
 */
static int read_credential(struct reading *reading, const char *name)
{
    const char *folder = secure_getenv("CREDENTIALS_DIRECTORY");
    char path[PATH_MAX];
    int length = 0;

    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
        return fail(reading, "that is no name of a credential",
                    "write the name that LoadCredential= gives it");
    if (folder == NULL || folder[0] != '/')
        return fail(reading, "systemd has handed over no credentials",
                    "start it as a service with LoadCredential=, or use "
                    "file:PATH");
    length = snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof(path))
        return fail(reading, "its path is too long", "use a shorter name");
    return read_path(reading, path, S_IWGRP | S_IXGRP | S_IRWXO);
}

/* ----- the environment ----- */

static int read_env(struct reading *reading, const char *name)
{
    static const char prefix[] = "ENROLL_SECRET_";
    const char *value = NULL;

    if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
        return fail(reading, "the name does not begin with ENROLL_SECRET_",
                    "rename the variable: only such ones reach the hook");
    value = secure_getenv(name);
    if (value == NULL)
        return fail(reading, "that variable is not set",
                    "set and export it where the tool is started");
    reading->length = strlen(value);
    if (reading->length > ENROLL_SECRET_MAX) {
        reading->length = 0;
        return fail(reading, "it is longer than a secret can be (4096 bytes)",
                    "is it the right one?");
    }
    memcpy(reading->bytes, value, reading->length);
    return 1;
}

/* ----- what a secret may consist of ----- */

static int accept_bytes(struct reading *reading)
{
    if (reading->length > 0 && reading->bytes[reading->length - 1] == '\n')
        reading->length--;
    if (reading->length == 0)
        return fail(reading, "it is empty", "put the secret there");
    if (reading->length > ENROLL_SECRET_MAX)
        return fail(reading, "it is longer than a secret can be (4096 bytes)",
                    "is it the right one?");
    for (size_t i = 0; i < reading->length; i++) {
        unsigned char c = (unsigned char)reading->bytes[i];

        if (c < 0x20 || c == 0x7f)
            return fail(reading,
                        "it has a line break or another control character in "
                        "it",
                        "it has to be the secret alone, on one line, with no "
                        "Windows line end");
    }
    return 1;
}

static const struct {
    const char *prefix;
    int (*read)(struct reading *reading, const char *rest);
} schemes[] = {
    {"file:", read_file},
    {"credential:", read_credential},
    {"env:", read_env},
    {"fd:", read_fd},
};

static int read_any(struct reading *reading)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t length = strlen(schemes[i].prefix);

        if (strncmp(reading->reference, schemes[i].prefix, length) == 0)
            return schemes[i].read(reading, reading->reference + length) &&
                   accept_bytes(reading);
    }
    return enroll_problem_set(
        reading->problem, ENROLL_CONFIGURATION,
        "%s: %s is not a reference to a secret (it is not shown, in case it is "
        "the secret itself); write file:PATH, credential:NAME, "
        "env:ENROLL_SECRET_NAME or fd:N",
        reading->profile, reading->key);
}

int enroll_secret_read(const char *profile, const char *key,
                       const char *reference, char **secret,
                       struct enroll_problem *problem)
{
    struct reading reading = {.profile = profile,
                              .key = key,
                              .reference = reference,
                              .problem = problem};
    char *made = NULL;

    if (read_any(&reading)) {
        made = OPENSSL_strndup(reading.bytes, reading.length);
        if (made == NULL)
            enroll_problem_set(problem, ENROLL_INTERNAL, "%s: out of memory",
                               profile);
    }
    OPENSSL_cleanse(&reading, sizeof(reading));
    if (made == NULL)
        return 0;
    *secret = made;
    return 1;
}

void enroll_secret_free(char *secret)
{
    if (secret != NULL)
        OPENSSL_clear_free(secret, strlen(secret) + 1);
}
