/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes, finds and removes scratch folders. Called for each file that is
 * signed; removes only folders with our prefix that belong to the effective
 * user and that nobody holds.
 */
#include "hook/sign/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX ".enroll-sign."
/* A name taken from under us by a sweeping neighbour: try another. */
#define TRIES 16

/* fd itself stays open when the listing is closed. */
static DIR *list(int fd)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = copy < 0 ? NULL : fdopendir(copy);

    if (listing == NULL && copy >= 0)
        close(copy);
    return listing;
}

/* Empties folder (files only: nothing else is ever made in one). */
static void empty(int fd)
{
    DIR *listing = list(fd);
    const struct dirent *entry;

    if (listing == NULL)
        return;
    while ((entry = readdir(listing)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(fd, entry->d_name, 0);
    closedir(listing);
}

/* 1 if the folder is still there under some name. */
static int linked(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && st.st_nlink > 0;
}

static int ours(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && st.st_uid == geteuid();
}

static void sweep(int folder)
{
    DIR *listing = list(folder);
    const struct dirent *entry;

    if (listing == NULL)
        return;
    while ((entry = readdir(listing)) != NULL) {
        int fd;

        if (strncmp(entry->d_name, PREFIX, sizeof(PREFIX) - 1) != 0)
            continue;
        fd = openat(folder, entry->d_name,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            continue;
        if (ours(fd) && flock(fd, LOCK_EX | LOCK_NB) == 0) {
            empty(fd);
            unlinkat(folder, entry->d_name, AT_REMOVEDIR);
        }
        close(fd);
    }
    closedir(listing);
}

/* 1 made and held; 0 with errno; -1 swept away in between: again. */
static int make_once(struct enroll_scratch *scratch, const char *folder)
{
    int length = snprintf(scratch->path, sizeof(scratch->path),
                          "%s/" PREFIX "XXXXXX", folder);

    if (length < 0 || (size_t)length >= sizeof(scratch->path)) {
        errno = ENAMETOOLONG;
        return 0;
    }
    if (mkdtemp(scratch->path) == NULL)
        return 0;
    scratch->fd =
        open(scratch->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (scratch->fd < 0)
        return errno == ENOENT ? -1 : 0;
    /* Where folders can't be locked (NFS), nobody sweeps either. */
    if ((flock(scratch->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
        linked(scratch->fd))
        return 1;
    close(scratch->fd);
    scratch->fd = -1;
    return -1;
}

int enroll_scratch_make(struct enroll_scratch *scratch, const char *folder,
                        struct enroll_problem *problem)
{
    int made = -1;

    scratch->fd = -1;
    scratch->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (scratch->folder < 0)
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "cannot open the folder %s: %s", folder,
                                  strerror(errno));
    sweep(scratch->folder);
    for (int i = 0; made < 0 && i < TRIES; i++)
        made = make_once(scratch, folder);
    if (made == 1)
        return 1;
    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "cannot write in the folder %s: %s; a file is signed "
                       "next to itself, so its folder must be writable",
                       folder, strerror(errno));
    close(scratch->folder);
    scratch->folder = -1;
    return 0;
}

void enroll_scratch_remove(struct enroll_scratch *scratch)
{
    if (scratch->fd >= 0) {
        empty(scratch->fd);
        unlinkat(scratch->folder, strrchr(scratch->path, '/') + 1,
                 AT_REMOVEDIR);
        close(scratch->fd);
        close(scratch->folder);
    }
    scratch->fd = scratch->folder = -1;
}

int enroll_scratch_path(const struct enroll_scratch *scratch, const char *name,
                        char path[PATH_MAX])
{
    int length = snprintf(path, PATH_MAX, "%s/%s", scratch->path, name);

    return length > 0 && length < PATH_MAX;
}
