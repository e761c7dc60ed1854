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

static struct flock whole_file(void)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return lock;
}

enum enroll_lock_result enroll_lock_try(int profile_fd, const char *name,
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
