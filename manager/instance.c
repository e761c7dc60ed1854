/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one process that serves a folder. The lock is a POSIX record lock: the
 * kernel names its holder and drops it with the process. Stopping goes by a
 * pidfd, so that the number cannot have come to mean another process.
 */
#include "instance.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "text.h"

#define READY_SECONDS 60

static int pid_open(const char *dir, int flags)
{
    char *path = file_path(dir, "pid");
    int fd = path != NULL ? open(path, flags | O_CLOEXEC, 0644) : -1;

    free(path);
    return fd;
}

static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

int instance_claim(const char *dir)
{
    struct flock lock = whole_file();
    int fd = pid_open(dir, O_RDWR | O_CREAT);

    if (fd < 0) {
        complain("cannot open %s/pid: %s", dir, strerror(errno));
        return -1;
    }
    if (fcntl(fd, F_SETLK, &lock) == 0 && ftruncate(fd, 0) == 0)
        return fd;
    close(fd);
    return -2;
}

int instance_ready(int claim)
{
    char line[24];
    int length = snprintf(line, sizeof(line), "%ld\n", (long)getpid());

    return pwrite(claim, line, (size_t)length, 0) == length;
}

void instance_leaving(int claim)
{
    if (ftruncate(claim, 0) != 0)
        complain("cannot empty the pid file: %s", strerror(errno));
}

pid_t instance_holder(const char *dir)
{
    struct flock lock = whole_file();
    int fd = pid_open(dir, O_RDWR);
    pid_t holder = -1;

    if (fd < 0)
        return errno == ENOENT ? 0 : -1;
    if (fcntl(fd, F_GETLK, &lock) == 0)
        holder = lock.l_type == F_UNLCK ? 0 : lock.l_pid;
    close(fd);
    return holder;
}

static int pid_written(const char *dir)
{
    int fd = pid_open(dir, O_RDONLY);
    struct stat st;
    int written = fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0;

    if (fd >= 0)
        close(fd);
    return written;
}

int instance_wait_ready(const char *dir)
{
    const struct timespec pause = {0, 20 * 1000000};
    int i;

    for (i = 0; i < READY_SECONDS * 50; i++) {
        if (instance_holder(dir) <= 0)
            return 0;
        if (pid_written(dir))
            return 1;
        nanosleep(&pause, NULL);
    }
    return 0;
}

int instance_stop(const char *dir, int seconds)
{
    pid_t holder = instance_holder(dir);
    struct pollfd gone = {.events = POLLIN};
    int result = -1;

    if (holder <= 0)
        return holder;
    gone.fd = pidfd_open(holder, 0);
    if (gone.fd < 0)
        return errno == ESRCH ? 1 : -1;
    /* Still the holder: so the pidfd is of the process we mean. */
    if (instance_holder(dir) != holder)
        result = 1;
    else if (pidfd_send_signal(gone.fd, SIGTERM, NULL, 0) == 0 &&
             poll(&gone, 1, seconds * 1000) == 1)
        result = 1;
    close(gone.fd);
    return result;
}
