/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock, while somebody removes its file by hand: between opening and
 * locking, which is where our own fcntl comes in.
 */
#include "core/lock.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/check.h"

static char top[] = "/tmp/enroll-unit.XXXXXX";
static int folder, removals;

/* Takes the place of libc's. */
int fcntl(int fd, int command, ...)
{
    va_list args;
    void *argument;

    va_start(args, command);
    argument = va_arg(args, void *);
    va_end(args);
    if (command == F_OFD_SETLK && removals > 0) {
        removals--;
        CHECK(unlinkat(folder, ENROLL_LOCK_STATE, 0) == 0);
    }
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

/* Whoever comes now finds it taken. */
static void expect_taken(int fd)
{
    struct stat ours, theirs;
    int other = -1;

    CHECK(fstat(fd, &ours) == 0);
    CHECK(fstatat(folder, ENROLL_LOCK_STATE, &theirs, 0) == 0);
    CHECK(ours.st_ino == theirs.st_ino);
    CHECK(enroll_lock_held(folder, ENROLL_LOCK_STATE));
    CHECK(enroll_lock_try(folder, ENROLL_LOCK_STATE, &other) ==
          ENROLL_LOCK_BUSY);
}

int main(void)
{
    int fd = -1;

    if (mkdtemp(top) == NULL) {
        perror("mkdtemp");
        return 1;
    }
    folder = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK(!enroll_lock_held(folder, ENROLL_LOCK_STATE));
    for (int times = 0; times < 3; times++) {
        removals = times;
        CHECK(enroll_lock_try(folder, ENROLL_LOCK_STATE, &fd) ==
              ENROLL_LOCK_TAKEN);
        expect_taken(fd);
        close(fd);
        CHECK(!enroll_lock_held(folder, ENROLL_LOCK_STATE));
    }
    /* For ever: that is not ours to have, and no reason to hang. */
    removals = 1000;
    CHECK(enroll_lock_try(folder, ENROLL_LOCK_STATE, &fd) == ENROLL_LOCK_BUSY);
    removals = 0;
    unlinkat(folder, ENROLL_LOCK_STATE, 0);
    close(folder);
    CHECK(rmdir(top) == 0);
    return CHECK_DONE();
}
