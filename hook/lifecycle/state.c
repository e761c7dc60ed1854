/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes and judges the folder of an identity. Called before the lock is taken;
 * writes nothing but the folders themselves.
 */
#include "hook/lifecycle/state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "hook/durable.h"

/* Not in every linux/magic.h. */
#define CEPH_MAGIC   0x00c36400
#define LUSTRE_MAGIC 0x0bd00bd0
#define GPFS_MAGIC   0x47504653
#define CIFS_MAGIC   0xff534d42
#define SMB2_MAGIC   0xfe534d42
#define OCFS2_MAGIC  0x7461636f
#define GFS2_MAGIC   0x01161970

static const struct {
    unsigned long magic;
    const char *name;
    int forgets; /* gone with the machine or container */
    int network;
} systems[] = {
    {TMPFS_MAGIC, "tmpfs (memory)", 1, 0},
    {RAMFS_MAGIC, "ramfs (memory)", 1, 0},
    {OVERLAYFS_SUPER_MAGIC, "overlay (a container's own layer)", 1, 0},
    {NFS_SUPER_MAGIC, "NFS", 0, 1},
    {SMB_SUPER_MAGIC, "SMB", 0, 1},
    {CIFS_MAGIC, "CIFS", 0, 1},
    {SMB2_MAGIC, "SMB", 0, 1},
    {AFS_SUPER_MAGIC, "AFS", 0, 1},
    {CODA_SUPER_MAGIC, "Coda", 0, 1},
    {V9FS_MAGIC, "9p", 0, 1},
    {CEPH_MAGIC, "Ceph", 0, 1},
    {LUSTRE_MAGIC, "Lustre", 0, 1},
    {GPFS_MAGIC, "GPFS", 0, 1},
    {OCFS2_MAGIC, "OCFS2", 0, 1},
    {GFS2_MAGIC, "GFS2", 0, 1},
};

#define SYSTEM_COUNT (sizeof(systems) / sizeof(systems[0]))

/* Index into systems, or SYSTEM_COUNT for an ordinary disk. */
static size_t find_system(int fd)
{
    struct statfs fs;
    size_t i = 0;

    if (fstatfs(fd, &fs) != 0)
        return SYSTEM_COUNT;
    while (i < SYSTEM_COUNT &&
           systems[i].magic != ((unsigned long)fs.f_type & 0xffffffffUL))
        i++;
    return i;
}

static int cannot_make(const char *path, int error,
                       struct enroll_problem *problem)
{
    char doing[PATH_MAX + 32];

    snprintf(doing, sizeof(doing), "make the state folder %.900s", path);
    errno = error;
    return enroll_durable_failed(doing, problem);
}

/* A folder whose name a power cut takes would take all that is in it. */
static int sync_parent(const char *path)
{
    char parent[PATH_MAX];
    char *slash = NULL;
    int fd, ok;

    snprintf(parent, sizeof(parent), "%s", path);
    for (slash = strrchr(parent, '/'); slash != NULL && slash[1] == '\0';
         slash = strrchr(parent, '/'))
        *slash = '\0'; /* written with a slash at its end */
    if (slash == NULL)
        return 1;
    slash[slash == parent] = '\0';
    fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* The state folder itself; its parent has to be there. */
static int open_root(const char *path, int *fd, struct enroll_problem *problem)
{
    enum enroll_found found = enroll_trust_open_root(path, fd, problem);

    if (found != ENROLL_FOUND_MISSING)
        return found == ENROLL_FOUND;
    if (mkdir(path, ENROLL_MODE_FOLDER) != 0 && errno != EEXIST)
        return cannot_make(path, errno, problem);
    found = enroll_trust_open_root(path, fd, problem);
    if (found == ENROLL_FOUND_MISSING)
        return cannot_make(path, ENOENT, problem);
    if (found == ENROLL_FOUND && !sync_parent(path)) {
        int error = errno;

        close(*fd);
        *fd = -1;
        return cannot_make(path, error, problem);
    }
    return found == ENROLL_FOUND;
}

static int check_writable(const struct enroll_profile *profile, int fd,
                          struct enroll_problem *problem)
{
    char doing[PATH_MAX + 64];

    if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == 0)
        return 1;
    snprintf(doing, sizeof(doing), "write the state folder %.800s/%s",
             profile->state, profile->name);
    return enroll_durable_failed(doing, problem);
}

static int check_network(const struct enroll_profile *profile, int fd,
                         struct enroll_problem *problem)
{
    size_t i = find_system(fd);

    if (i == SYSTEM_COUNT || !systems[i].network || profile->shared_state)
        return 1;
    return enroll_problem_set(
        problem, ENROLL_POLICY,
        "%s: the state folder %s is on a network file system (%s), where "
        "locks may not hold; use a local folder, or write shared-state = yes "
        "if its locks are known to work",
        profile->name, profile->state, systems[i].name);
}

int enroll_state_open(const struct enroll_profile *profile, int *profile_fd,
                      struct enroll_problem *problem)
{
    char shown[PATH_MAX];
    int root = -1, fd = -1, ok;

    snprintf(shown, sizeof(shown), "%s/%s", profile->state, profile->name);
    ok = open_root(profile->state, &root, problem) &&
         enroll_durable_folder(root, profile->name, shown, &fd, problem) &&
         check_writable(profile, fd, problem) &&
         check_network(profile, fd, problem);
    if (root >= 0)
        close(root);
    if (!ok) {
        if (fd >= 0)
            close(fd);
        return enroll_problem_prefix(problem, profile->name);
    }
    *profile_fd = fd;
    return 1;
}

int enroll_state_remembers(const struct enroll_profile *profile, int profile_fd,
                           struct enroll_problem *problem)
{
    size_t i = find_system(profile_fd);

    if (i == SYSTEM_COUNT || !systems[i].forgets ||
        !profile->persistent_required)
        return 1;
    return enroll_problem_set(
        problem, ENROLL_POLICY,
        "%s: the state folder %s is on %s and will be forgotten, so nothing "
        "is ordered; mount a lasting state folder, or write persistent = no "
        "where an order costs nothing",
        profile->name, profile->state, systems[i].name);
}
