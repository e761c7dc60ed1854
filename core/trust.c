/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks to the state folder and opens what is in it. Called by the provider on
 * every delivery and by the hook; never creates or changes anything.
 */
#include "core/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#define LINKS_MAX 8

static int owner_ok(const struct stat *st)
{
    return st->st_uid == geteuid() || st->st_uid == 0;
}

static int writable_by_others(const struct stat *st)
{
    return (st->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/* The path of an open file, for a remedy that can be copied; else shown. */
static const char *path_of(int fd, const char *shown, char path[PATH_MAX])
{
    char link[32];
    ssize_t length;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0 || path[0] != '/')
        return shown;
    path[length] = '\0';
    return path;
}

static enum enroll_found refuse_owner(int fd, const char *shown,
                                      const struct stat *st,
                                      struct enroll_problem *problem)
{
    char path[PATH_MAX];

    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "%s belongs to user %lu, neither to you (user %lu) nor "
                       "to root: it is not trusted; use a state folder of "
                       "your own or have its owner changed",
                       path_of(fd, shown, path), (unsigned long)st->st_uid,
                       (unsigned long)geteuid());
    return ENROLL_FOUND_BAD;
}

static enum enroll_found refuse_mode(int fd, const char *shown,
                                     struct enroll_problem *problem)
{
    char path[PATH_MAX];

    shown = path_of(fd, shown, path);
    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "%s can be written by other users: it is not trusted; "
                       "run: chmod go-w '%s'",
                       shown, shown);
    return ENROLL_FOUND_BAD;
}

static enum enroll_found refuse_errno(const char *shown,
                                      struct enroll_problem *problem)
{
    const char *what = strerror(errno);

    if (errno == ELOOP)
        what = "it is a symbolic link, which is never followed here";
    else if (errno == EMLINK)
        what = "it leads from one symbolic link to the next; write the path "
               "without links";
    else if (errno == ENOTDIR)
        what = "it is not a folder";
    else if (errno == EACCES)
        what = "permission denied; ask its owner for access (key-group in "
               "enroll.conf) or use a state folder of your own";
    else if (errno == EMFILE || errno == ENFILE)
        what = "no file descriptor is free; raise the limit (ulimit -n)";
    enroll_problem_set(problem, ENROLL_CONFIGURATION, "cannot open %s: %s",
                       shown, what);
    return ENROLL_FOUND_BAD;
}

static int is_link(int parent, const char *name)
{
    struct stat st;

    return fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(st.st_mode);
}

/* O_DIRECTORY has the kernel call a link "not a folder": say what it is. */
static enum enroll_found refuse_folder(int parent, const char *name,
                                       const char *shown,
                                       struct enroll_problem *problem)
{
    if (errno == ENOTDIR)
        errno = is_link(parent, name) ? ELOOP : ENOTDIR;
    return refuse_errno(shown, problem);
}

enum enroll_found enroll_trust_open_dir(int parent, const char *name,
                                        const char *shown, int *fd,
                                        struct enroll_problem *problem)
{
    struct stat st;
    int folder =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    enum enroll_found found;

    if (folder < 0)
        return errno == ENOENT ? ENROLL_FOUND_MISSING
                               : refuse_folder(parent, name, shown, problem);
    if (fstat(folder, &st) != 0)
        found = refuse_errno(shown, problem);
    else if (!owner_ok(&st))
        found = refuse_owner(folder, shown, &st, problem);
    else if (writable_by_others(&st))
        found = refuse_mode(folder, shown, problem);
    else {
        *fd = folder;
        return ENROLL_FOUND;
    }
    close(folder);
    return found;
}

/*
 * The way to the state folder, a component at a time. left, somewhere in path,
 * is what remains to be walked; a link's target is put in front of it.
 */
struct walk {
    const char *shown;
    int fd;
    int links;
    char *left;
    char path[PATH_MAX];
};

/* link is the very one whose owner was looked at, by whatever name now. */
static enum enroll_found walk_link(struct walk *walk, int link,
                                   const char *rest,
                                   struct enroll_problem *problem)
{
    char target[PATH_MAX], joined[PATH_MAX];
    ssize_t length = readlinkat(link, "", target, sizeof(target) - 1);
    int joined_length;

    if (length < 0)
        return refuse_errno(walk->shown, problem);
    target[length] = '\0';
    joined_length = snprintf(joined, sizeof(joined), "%s/%s", target, rest);
    if (++walk->links > LINKS_MAX || joined_length < 0 ||
        (size_t)joined_length >= sizeof(joined)) {
        errno = walk->links > LINKS_MAX ? EMLINK : ENAMETOOLONG;
        return refuse_errno(walk->shown, problem);
    }
    memcpy(walk->path, joined, (size_t)joined_length + 1);
    walk->left = walk->path;
    if (target[0] == '/') {
        int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

        if (top < 0)
            return refuse_errno(walk->shown, problem);
        close(walk->fd);
        walk->fd = top;
    }
    return ENROLL_FOUND;
}

/* One component that is not the last. */
static enum enroll_found walk_step(struct walk *walk, const char *name,
                                   char *rest, struct enroll_problem *problem)
{
    struct stat st;
    int next = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    enum enroll_found found = ENROLL_FOUND;

    if (next < 0)
        return errno == ENOENT ? ENROLL_FOUND_MISSING
                               : refuse_errno(walk->shown, problem);
    if (fstat(next, &st) != 0) {
        found = refuse_errno(walk->shown, problem);
    } else if (!owner_ok(&st)) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "'%s' on the way to %s belongs to user %lu, "
                           "neither to you nor to root: it is not trusted; "
                           "use a state folder of your own",
                           name, walk->shown, (unsigned long)st.st_uid);
        found = ENROLL_FOUND_BAD;
    } else if (S_ISLNK(st.st_mode)) {
        found = walk_link(walk, next, rest, problem);
        close(next);
        return found;
    } else if (writable_by_others(&st) && (st.st_mode & S_ISVTX) == 0) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "'%s' on the way to %s can be written by other "
                           "users: it is not trusted; run chmod go-w on it "
                           "or use another state folder",
                           name, walk->shown);
        found = ENROLL_FOUND_BAD;
    }
    if (found != ENROLL_FOUND) {
        close(next);
        return found;
    }
    close(walk->fd);
    walk->fd = next;
    walk->left = rest;
    return ENROLL_FOUND;
}

/* Cuts the first component off left; *rest is what follows, "" at the end. */
static char *first_component(char *left, char **rest)
{
    char *name = left + strspn(left, "/");
    char *slash = strchr(name, '/');

    *rest = name + strlen(name);
    if (slash != NULL) {
        *slash = '\0';
        *rest = slash + 1 + strspn(slash + 1, "/");
    }
    return name;
}

enum enroll_found enroll_trust_open_root(const char *path, int *fd,
                                         struct enroll_problem *problem)
{
    struct walk walk = {.shown = path, .fd = -1};
    enum enroll_found found = ENROLL_FOUND;

    if (path == NULL || path[0] != '/' || strlen(path) >= PATH_MAX) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "the state folder '%.200s' is not an absolute "
                           "path: write it from the root, beginning with /",
                           path == NULL ? "" : path);
        return ENROLL_FOUND_BAD;
    }
    strcpy(walk.path, path);
    walk.left = walk.path;
    walk.fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (walk.fd < 0)
        return refuse_errno(path, problem);
    while (found == ENROLL_FOUND) {
        char component[NAME_MAX + 1], *rest = NULL;
        char *name = first_component(walk.left, &rest);

        if (strlen(name) > NAME_MAX) {
            errno = ENAMETOOLONG;
            found = refuse_errno(path, problem);
            break;
        }
        strcpy(component, *name == '\0' ? "." : name);
        if (*rest == '\0' && !is_link(walk.fd, component)) {
            found =
                enroll_trust_open_dir(walk.fd, component, path, fd, problem);
            break;
        }
        found = walk_step(&walk, component, rest, problem);
    }
    close(walk.fd);
    return found;
}

/* As written, but not as private as it was made: for a person to judge. */
static enum enroll_found refuse_open_secret(int file, const char *shown,
                                            struct enroll_problem *problem)
{
    char path[PATH_MAX];

    enroll_problem_set(problem, ENROLL_KEY,
                       "every user can get at the private key; run: chmod o= "
                       "'%s', and if somebody may have read it: enroll-hook "
                       "revoke PROFILE --reason keyCompromise",
                       path_of(file, shown, path));
    return ENROLL_FOUND_BAD;
}

static enum enroll_found check_file(int file, const char *shown, size_t max,
                                    int secret, size_t *size,
                                    struct enroll_problem *problem)
{
    struct stat st;

    if (fstat(file, &st) != 0)
        return refuse_errno(shown, problem);
    if (!S_ISREG(st.st_mode)) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "%s is not a regular file: move it away", shown);
        return ENROLL_FOUND_BAD;
    }
    if (!owner_ok(&st))
        return refuse_owner(file, shown, &st, problem);
    if (writable_by_others(&st))
        return refuse_mode(file, shown, problem);
    if (secret && (st.st_mode & S_IRWXO) != 0)
        return refuse_open_secret(file, shown, problem);
    if (st.st_size < 0 || (size_t)st.st_size > max) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "%s is larger than it can be: move it away", shown);
        return ENROLL_FOUND_BAD;
    }
    *size = (size_t)st.st_size;
    return ENROLL_FOUND;
}

/* Exactly size bytes; a file that shrank under us reads short. */
static int read_whole(int file, char *data, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = read(file, data + done, size - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got == 0 ? EIO : errno;
            return 0;
        }
        done += (size_t)got;
    }
    return 1;
}

static enum enroll_found read_file(int folder, const char *name,
                                   const char *shown, size_t max, int secret,
                                   char **data, size_t *length,
                                   struct enroll_problem *problem)
{
    size_t size = 0;
    char *bytes = NULL;
    /* O_NONBLOCK: a planted pipe must not hang us. */
    int file =
        openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    enum enroll_found found;

    if (file < 0)
        return errno == ENOENT ? ENROLL_FOUND_MISSING
                               : refuse_errno(shown, problem);
    found = check_file(file, shown, max, secret, &size, problem);
    if (found != ENROLL_FOUND)
        goto out;
    bytes = OPENSSL_malloc(size + 1);
    if (bytes == NULL || !read_whole(file, bytes, size)) {
        found = refuse_errno(shown, problem);
        OPENSSL_clear_free(bytes, size + 1);
        goto out;
    }
    bytes[size] = '\0';
    *data = bytes;
    *length = size;
out:
    close(file);
    return found;
}

enum enroll_found enroll_trust_read(int folder, const char *name,
                                    const char *shown, size_t max, char **data,
                                    size_t *length,
                                    struct enroll_problem *problem)
{
    return read_file(folder, name, shown, max, 0, data, length, problem);
}

enum enroll_found enroll_trust_read_secret(int folder, const char *name,
                                           const char *shown, size_t max,
                                           char **data, size_t *length,
                                           struct enroll_problem *problem)
{
    return read_file(folder, name, shown, max, 1, data, length, problem);
}
