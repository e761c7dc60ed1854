/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the manager's folder: written whole or not at all, read with a
 * limit. Used by everything that leaves something in DIR but the database.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

char *file_path(const char *dir, const char *name)
{
    return text_format("%s/%s", dir, name);
}

static int write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, data, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return 0;
        data += n;
        length -= (size_t)n;
    }
    return 1;
}

static int sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

int file_write(const char *dir, const char *name, const void *data,
               size_t length, mode_t mode)
{
    char *path = file_path(dir, name);
    char *temp = text_format("%s/.%s.XXXXXX", dir, name);
    int fd = -1, ok = 0;

    if (path == NULL || temp == NULL)
        goto out;
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        goto out;
    ok = write_all(fd, data, length) && fchmod(fd, mode) == 0 &&
         fsync(fd) == 0 && rename(temp, path) == 0 && sync_folder(dir);
out:
    if (!ok)
        complain("cannot write %s/%s: %s", dir, name, strerror(errno));
    if (fd >= 0) {
        close(fd);
        if (!ok)
            unlink(temp);
    }
    free(path);
    free(temp);
    return ok;
}

int file_exists(const char *dir, const char *name)
{
    char *path = file_path(dir, name);
    int there = path != NULL && access(path, F_OK) == 0;

    free(path);
    return there;
}

char *file_read(const char *dir, const char *name, size_t limit, size_t *length)
{
    char *path = file_path(dir, name);
    char *data = malloc(limit + 1);
    FILE *file = NULL;
    size_t n = 0;

    if (path != NULL && data != NULL)
        file = fopen(path, "re");
    if (file != NULL)
        n = fread(data, 1, limit + 1, file);
    if (file == NULL || ferror(file) || n > limit) {
        complain("cannot read %s/%s: %s", dir, name,
                 file != NULL && n > limit ? "too long" : strerror(errno));
        free(data);
        data = NULL;
    } else {
        data[n] = '\0';
        if (length != NULL)
            *length = n;
    }
    if (file != NULL)
        fclose(file);
    free(path);
    return data;
}

int folder_make(const char *path)
{
    struct stat st;

    if (mkdir(path, 0700) == 0)
        return 1;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return 1;
    complain("cannot make the folder %s: %s", path,
             errno == EEXIST ? "something else has that name"
                             : strerror(errno));
    return 0;
}
