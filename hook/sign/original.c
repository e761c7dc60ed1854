/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens, holds and replaces the file that is signed. Called by file.c; never
 * writes to the file itself, only puts another one in its place.
 */
#include "hook/sign/original.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/wire.h"
#include "hook/sign/attributes.h"

#define LOCK_WAIT_MS 300000 /* for somebody else who signs the same file */
#define LOCK_TICK_MS 50
#define TRIES        100

static int right_kind(const struct stat *st, struct enroll_problem *problem)
{
    if (!S_ISREG(st->st_mode))
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "it is not a regular file");
    if (st->st_nlink > 1)
        return enroll_problem_set(
            problem, ENROLL_USAGE,
            "it has %lu names (hard links), of which only this one would be "
            "signed; sign it before it is linked, or sign a copy",
            (unsigned long)st->st_nlink);
    return 1;
}

static int same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
           one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* Waits for another process that signs it; 1 held, 0 not. */
static int hold(const struct enroll_original *original,
                struct enroll_interrupt *interrupt)
{
    long long deadline = enroll_monotonic_ms() + LOCK_WAIT_MS;

    while (flock(original->fd, LOCK_EX | LOCK_NB) != 0) {
        /* Where locks don't work, the check before the rename remains. */
        if (errno != EWOULDBLOCK && errno != EINTR)
            return 1;
        if (enroll_monotonic_ms() > deadline)
            return 0;
        if (interrupt != NULL && enroll_interrupt_came(interrupt))
            return 0;
        poll(NULL, 0, LOCK_TICK_MS);
    }
    return 1;
}

/* 1 held; 0 and *problem; -1 somebody who held it has replaced it: again. */
static int open_once(struct enroll_original *original,
                     struct enroll_interrupt *interrupt,
                     struct enroll_problem *problem)
{
    const char *path = original->path;
    struct stat now;

    original->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (original->fd < 0 || fstat(original->fd, &original->was) != 0)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "it cannot be read: %s", strerror(errno));
    if (!right_kind(&original->was, problem))
        return 0;
    if (!hold(original, interrupt))
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "another process is signing it");
    if (fstat(original->fd, &original->was) == 0 && lstat(path, &now) == 0 &&
        same(&original->was, &now))
        return 1;
    enroll_original_close(original);
    return -1;
}

int enroll_original_open(struct enroll_original *original, const char *file,
                         struct enroll_interrupt *interrupt,
                         struct enroll_problem *problem)
{
    int opened = -1;

    original->fd = -1;
    if (realpath(file, original->path) == NULL)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "it cannot be found: %s", strerror(errno));
    for (int i = 0; opened < 0 && i < TRIES; i++)
        opened = open_once(original, interrupt, problem);
    if (opened < 0)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "it changes all the time; sign it when it "
                                  "is finished");
    return opened;
}

void enroll_original_close(struct enroll_original *original)
{
    if (original->fd >= 0)
        close(original->fd);
    original->fd = -1;
}

int enroll_original_replace(const struct enroll_original *original,
                            const char *new, int folder,
                            struct enroll_problem *problem)
{
    const char *path = original->path;
    int fd = open(new, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), ok;
    struct stat now;

    if (fd < 0)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "the signed file is gone: %s",
                                  strerror(errno));
    ok = enroll_attributes_keep(original->fd, fd, path, problem);
    if (ok && fsync(fd) != 0)
        ok = enroll_problem_set(problem, ENROLL_INTERNAL,
                                "the signed file cannot be written: %s",
                                strerror(errno));
    close(fd);
    if (!ok)
        return 0;
    if (lstat(path, &now) != 0 || !same(&original->was, &now))
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "it was changed while it was being signed; "
                                  "sign it when it is finished");
    if (rename(new, path) != 0)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "it cannot be replaced: %s", strerror(errno));
    /* The data is safe; a folder that can't be synced is no failure. */
    (void)fsync(folder);
    return 1;
}

int enroll_original_set_aside(const char *file, struct enroll_problem *problem)
{
    char path[PATH_MAX], aside[PATH_MAX + 16];

    if (realpath(file, path) == NULL)
        return 1; /* nothing is there that could be shipped */
    snprintf(aside, sizeof(aside), "%s.unsigned", path);
    if (rename(path, aside) == 0)
        return 1;
    return enroll_problem_set(problem, ENROLL_INTERNAL,
                              "it cannot be set aside as %s: %s", aside,
                              strerror(errno));
}
