/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes state. Called by custody and lifecycle under the identity's lock;
 * nothing else in the hook writes below the state folder.
 */
#include "hook/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/load.h"

#define TEMPORARY_NAME 96

int enroll_durable_failed(const char *doing, struct enroll_problem *problem)
{
    int error = errno;

    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "cannot %s: %s; nothing was lost: free some space and run it "
            "again",
            doing, strerror(error));
    case EIO:
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "cannot %s: the disk reports an error; nothing was lost: see to "
            "the disk and run it again",
            doing);
    case EROFS:
    case EACCES:
    case EPERM:
        return enroll_problem_set(
            problem, ENROLL_POLICY,
            "cannot %s: %s, so nothing is ordered that nobody would "
            "remember; run it as the owner of the state folder, have that "
            "user renew by a timer, or mount a writable state folder",
            doing, strerror(error));
    default:
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "cannot %s: %s", doing, strerror(error));
    }
}

static int failed(const char *doing, const char *name,
                  struct enroll_problem *problem)
{
    char text[160];
    int error = errno;

    snprintf(text, sizeof(text), "%s %s", doing, name);
    errno = error;
    return enroll_durable_failed(text, problem);
}

static int write_all(int file, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, data, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return 0;
        data += written;
        length -= (size_t)written;
    }
    return 1;
}

static void temporary_name(const char *name, char temporary[TEMPORARY_NAME])
{
    snprintf(temporary, TEMPORARY_NAME, ".%s.tmp", name);
}

/* Not truncated: it may hold the space that was reserved. */
static int open_temporary(int folder, const char *temporary, mode_t mode)
{
    int file = openat(folder, temporary,
                      O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    /* The mode before the contents; and whatever the umask is. */
    if (file >= 0 && fchmod(file, mode) != 0) {
        int error = errno;

        close(file);
        errno = error;
        return -1;
    }
    return file;
}

/* Closes file in any case; errno tells of the first failure. */
static int finish(int file, int ok)
{
    int error;

    ok = ok && fsync(file) == 0;
    error = errno;
    if (close(file) != 0 && ok) {
        error = errno;
        ok = 0;
    }
    errno = error;
    return ok;
}

int enroll_durable_write(int folder, const char *name, mode_t mode,
                         const void *data, size_t length,
                         struct enroll_problem *problem)
{
    char temporary[TEMPORARY_NAME];
    int file, ok;

    temporary_name(name, temporary);
    file = open_temporary(folder, temporary, mode);
    if (file < 0)
        return failed("write", name, problem);
    ok = write_all(file, data, length) && ftruncate(file, (off_t)length) == 0;
    ok = finish(file, ok) && renameat(folder, temporary, folder, name) == 0;
    if (!ok) {
        failed("write", name, problem);
        unlinkat(folder, temporary, 0);
        return 0;
    }
    return fsync(folder) == 0 || failed("write", name, problem);
}

int enroll_durable_record(int folder, const char *name, mode_t mode,
                          const struct enroll_record *record,
                          struct enroll_problem *problem)
{
    size_t length = 0;
    char *text = enroll_record_text(record, &length);
    int ok;

    if (text == NULL)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "cannot write %s: out of memory", name);
    ok = enroll_durable_write(folder, name, mode, text, length, problem);
    OPENSSL_free(text);
    return ok;
}

int enroll_durable_reserve(int folder, const char *name,
                           struct enroll_problem *problem)
{
    char temporary[TEMPORARY_NAME];
    int file, error;

    temporary_name(name, temporary);
    file = open_temporary(folder, temporary, ENROLL_MODE_SECRET);
    if (file < 0)
        return failed("reserve space for", name, problem);
    error = posix_fallocate(file, 0, ENROLL_RECORD_MAX);
    if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
        errno = error;
        failed("reserve space for", name, problem);
        unlinkat(folder, temporary, 0);
        close(file);
        return 0;
    }
    return finish(file, 1) || failed("reserve space for", name, problem);
}

int enroll_durable_link(int folder, const char *target, const char *name,
                        struct enroll_problem *problem)
{
    char temporary[TEMPORARY_NAME];

    temporary_name(name, temporary);
    if ((unlinkat(folder, temporary, 0) != 0 && errno != ENOENT) ||
        symlinkat(target, folder, temporary) != 0 ||
        renameat(folder, temporary, folder, name) != 0 || fsync(folder) != 0)
        return failed("write", name, problem);
    return 1;
}

int enroll_durable_remove(int folder, const char *name,
                          struct enroll_problem *problem)
{
    if (unlinkat(folder, name, 0) != 0)
        return errno == ENOENT || failed("remove", name, problem);
    return fsync(folder) == 0 || failed("remove", name, problem);
}

void enroll_durable_remove_folder(int parent, const char *name)
{
    int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry = NULL;

    if (folder == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while ((entry = readdir(folder)) != NULL)
        unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    unlinkat(parent, name, AT_REMOVEDIR);
}

int enroll_durable_folder(int parent, const char *name, const char *shown,
                          int *fd, struct enroll_problem *problem)
{
    enum enroll_found found =
        enroll_trust_open_dir(parent, name, shown, fd, problem);

    if (found != ENROLL_FOUND_MISSING)
        return found == ENROLL_FOUND;
    if (mkdirat(parent, name, ENROLL_MODE_FOLDER) != 0 && errno != EEXIST)
        return failed("make the folder", shown, problem);
    found = enroll_trust_open_dir(parent, name, shown, fd, problem);
    if (found == ENROLL_FOUND && fchmod(*fd, ENROLL_MODE_FOLDER) == 0 &&
        fsync(parent) == 0)
        return 1;
    if (found == ENROLL_FOUND)
        close(*fd);
    return found == ENROLL_FOUND_BAD
               ? 0
               : failed("make the folder", shown, problem);
}

enum enroll_found enroll_durable_load(int folder, const char *name,
                                      const char *kind,
                                      struct enroll_record **record,
                                      struct enroll_problem *problem)
{
    return enroll_load(folder, name, kind, ENROLL_CONFIGURATION, NULL, record,
                       problem);
}

struct enroll_record *enroll_durable_again(int folder, const char *name,
                                           const char *kind)
{
    struct enroll_record *record = NULL;

    return enroll_durable_load(folder, name, kind, &record, NULL) ==
                   ENROLL_FOUND
               ? record
               : enroll_record_new(kind);
}
