/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes or looks at an identity's lock. The hook takes it around every change
 * of state; the provider only looks, and only inside the renewal window.
 */
#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES_MAX 16 /* while somebody keeps removing the file */

static struct flock whole_file(void)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return lock;
}

/* Somebody may have removed or replaced what we opened. */
static int still_there(int profile_fd, const char *name, int file)
{
    struct stat ours, theirs;

    return fstat(file, &ours) == 0 &&
           fstatat(profile_fd, name, &theirs, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

static enum enroll_lock_result try_once(int profile_fd, const char *name,
                                        int *fd)
{
    struct flock lock = whole_file();
    int file = openat(profile_fd, name,
                      O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (file < 0)
        return ENROLL_LOCK_FAILED;
    if (fcntl(file, F_OFD_SETLK, &lock) != 0) {
        int error = errno;

        close(file);
        errno = error;
        return error == EAGAIN || error == EACCES ? ENROLL_LOCK_BUSY
                                                  : ENROLL_LOCK_FAILED;
    }
    *fd = file;
    return ENROLL_LOCK_TAKEN;
}

/* A lock on a file that has lost its name would keep nobody else out. */
enum enroll_lock_result enroll_lock_try(int profile_fd, const char *name,
                                        int *fd)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        int file = -1;
        enum enroll_lock_result result = try_once(profile_fd, name, &file);

        if (result != ENROLL_LOCK_TAKEN)
            return result;
        if (still_there(profile_fd, name, file)) {
            *fd = file;
            return ENROLL_LOCK_TAKEN;
        }
        close(file);
    }
    return ENROLL_LOCK_BUSY;
}

int enroll_lock_held(int profile_fd, const char *name)
{
    struct flock lock = whole_file();
    /* O_NONBLOCK: should that be a pipe, nobody waits for its other end. */
    int file = openat(profile_fd, name,
                      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int held;

    if (file < 0)
        return 0;
    held = fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    close(file);
    return held;
}
