/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and alters the system calls of traced processes. */
#include "calls.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

static const struct call_type types[] = {
    {SYS_openat, "openat", CALL_OPEN, 0, 1, -1, -1},
    {SYS_write, "write", CALL_WRITE, 0, -1, -1, -1},
    {SYS_pwrite64, "pwrite64", CALL_WRITE, 0, -1, -1, -1},
    {SYS_writev, "writev", CALL_WRITE, 0, -1, -1, -1},
    {SYS_fsync, "fsync", CALL_SYNC, 0, -1, -1, -1},
    {SYS_fdatasync, "fdatasync", CALL_SYNC, 0, -1, -1, -1},
    {SYS_renameat2, "renameat2", CALL_RENAME, 0, 1, 2, 3},
    {SYS_linkat, "linkat", CALL_LINK, 0, 1, 2, 3},
    {SYS_symlinkat, "symlinkat", CALL_SYMLINK, 1, 2, -1, 0},
    {SYS_unlinkat, "unlinkat", CALL_UNLINK, 0, 1, -1, -1},
    {SYS_mkdirat, "mkdirat", CALL_MKDIR, 0, 1, -1, -1},
    {SYS_ftruncate, "ftruncate", CALL_TRUNCATE, 0, -1, -1, -1},
    {SYS_fallocate, "fallocate", CALL_ALLOCATE, 0, -1, -1, -1},
    {SYS_fchmod, "fchmod", CALL_MODE, 0, -1, -1, -1},
    {SYS_fcntl, "fcntl", CALL_LOCK, 0, -1, -1, -1},
    {SYS_sendto, "sendto", CALL_SEND, 0, -1, -1, -1},
    {SYS_sendmsg, "sendmsg", CALL_SEND, 0, -1, -1, -1},
    {SYS_socket, "socket", CALL_SOCKET, -1, -1, -1, -1},
#ifdef SYS_renameat
    {SYS_renameat, "renameat", CALL_RENAME, 0, 1, 2, 3},
#endif
#ifdef SYS_open
    {SYS_open, "open", CALL_OPEN, -1, 0, -1, -1},
    {SYS_creat, "creat", CALL_OPEN, -1, 0, -1, -1},
    {SYS_rename, "rename", CALL_RENAME, -1, 0, -1, 1},
    {SYS_link, "link", CALL_LINK, -1, 0, -1, 1},
    {SYS_symlink, "symlink", CALL_SYMLINK, -1, 1, -1, 0},
    {SYS_unlink, "unlink", CALL_UNLINK, -1, 0, -1, -1},
    {SYS_rmdir, "rmdir", CALL_UNLINK, -1, 0, -1, -1},
    {SYS_mkdir, "mkdir", CALL_MKDIR, -1, 0, -1, -1},
#endif
};

const struct call_type *calls_all(size_t *count)
{
    *count = sizeof(types) / sizeof(types[0]);
    return types;
}

static const struct call_type *type_of(long number)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].number == number)
            return &types[i];
    return NULL;
}

size_t call_memory(pid_t pid, unsigned long address, void *buffer,
                   size_t length)
{
    struct iovec here = {buffer, length};
    struct iovec there = {(void *)address, length}; /* NOLINT: not ours */
    ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

    return got < 0 ? 0 : (size_t)got;
}

/* A string may end just before a page that is not there: by pieces. */
static void read_text(pid_t pid, unsigned long address, char text[PATH_MAX])
{
    size_t used = 0;

    while (used < PATH_MAX - 1) {
        size_t piece = 256 - (address + used) % 256;

        if (piece > PATH_MAX - 1 - used)
            piece = PATH_MAX - 1 - used;
        if (call_memory(pid, address + used, text + used, piece) != piece)
            break;
        if (memchr(text + used, 0, piece) != NULL)
            return;
        used += piece;
    }
    text[used] = '\0';
}

static int link_text(char path[PATH_MAX], pid_t pid, const char *what)
{
    char name[64];
    ssize_t length;

    snprintf(name, sizeof(name), "/proc/%d/%s", (int)pid, what);
    length = readlink(name, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

int call_fd_path(pid_t pid, int fd, char path[PATH_MAX])
{
    char what[32];

    snprintf(what, sizeof(what), "fd/%d", fd);
    return link_text(path, pid, what);
}

/* The path that a folder's descriptor and a name make together. */
static void read_path(const struct call *call, int fd, int name,
                      char path[PATH_MAX])
{
    char text[PATH_MAX], folder[PATH_MAX];
    int folder_fd = fd < 0 ? AT_FDCWD : (int)call->args[fd];

    read_text(call->pid, call->args[name], text);
    folder[0] = '\0';
    if (text[0] != '/' && folder_fd == AT_FDCWD)
        link_text(folder, call->pid, "cwd");
    else if (text[0] != '/')
        call_fd_path(call->pid, folder_fd, folder);
    if ((size_t)snprintf(path, PATH_MAX, "%s%s%s", folder,
                         folder[0] == '\0' ? "" : "/", text) >= PATH_MAX)
        path[0] = '\0';
}

static int changes(const struct call *call)
{
    if (call->type->kind == CALL_SOCKET)
        return 0;
    if (call->type->kind != CALL_OPEN || strcmp(call->type->name, "creat") == 0)
        return 1;
    return (call->args[call->type->path + 1] &
            (O_ACCMODE | O_CREAT | O_TRUNC)) != 0;
}

static int is_lock(const struct call *call)
{
    int command = (int)call->args[1];

    return command == F_OFD_SETLK || command == F_OFD_SETLKW ||
           command == F_SETLK || command == F_SETLKW;
}

int call_read(pid_t pid, struct call *call)
{
    struct __ptrace_syscall_info info;
    const struct call_type *type = NULL;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_SECCOMP)
        return 0;
    type = type_of((long)info.seccomp.nr);
    if (type == NULL)
        return 0;
    call->type = type;
    call->pid = pid;
    for (size_t i = 0; i < 6; i++)
        call->args[i] = (unsigned long)info.seccomp.args[i];
    if (type->kind == CALL_LOCK && !is_lock(call))
        return 0;
    call->changes = changes(call);
    call->path[0] = call->path2[0] = '\0';
    if (type->path >= 0)
        read_path(call, type->fd, type->path, call->path);
    else if (type->fd >= 0)
        call_fd_path(pid, (int)call->args[type->fd], call->path);
    if (type->kind == CALL_SYMLINK)
        read_text(pid, call->args[type->path2], call->path2);
    else if (type->path2 >= 0)
        read_path(call, type->fd2, type->path2, call->path2);
    return 1;
}

#if defined(__x86_64__)
static int alter(pid_t pid, int skip, int error, const unsigned long *third)
{
    struct user_regs_struct regs;
    struct iovec vector = {&regs, sizeof(regs)};

    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &vector) != 0)
        return 0;
    if (skip) {
        regs.orig_rax = (unsigned long long)-1;
        regs.rax = (unsigned long long)-error;
    }
    if (third != NULL)
        regs.rdx = *third;
    return ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &vector) == 0;
}
#elif defined(__aarch64__)
static int alter(pid_t pid, int skip, int error, const unsigned long *third)
{
    struct user_regs_struct regs;
    struct iovec vector = {&regs, sizeof(regs)};
    int number = -1;
    struct iovec call = {&number, sizeof(number)};

    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &vector) != 0 ||
        (skip && ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &call) != 0))
        return 0;
    if (skip)
        regs.regs[0] = (unsigned long long)-error;
    if (third != NULL)
        regs.regs[2] = *third;
    return ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &vector) == 0;
}
#else
static int alter(pid_t pid, int skip, int error, const unsigned long *third)
{
    (void)pid;
    (void)skip;
    (void)error;
    (void)third;
    return 0;
}
#endif

int call_fail(const struct call *call, int error)
{
    return alter(call->pid, 1, error, NULL);
}

int call_shorten(const struct call *call)
{
    unsigned long half = call->args[2] / 2;

    if ((call->type->kind != CALL_WRITE && call->type->number != SYS_sendto) ||
        call->type->number == SYS_writev || half == 0)
        return 0;
    return alter(call->pid, 0, 0, &half);
}

int call_can_fail(const struct call *call, int error)
{
    enum call_kind kind = call->type->kind;

    switch (error) {
    case EMFILE:
    case ENFILE: return kind == CALL_OPEN || kind == CALL_SOCKET;
    case ENOSPC:
    case EDQUOT:
        return call->changes && kind != CALL_UNLINK && kind != CALL_MODE &&
               kind != CALL_LOCK && kind != CALL_SEND;
    case EROFS:
        return call->changes && kind != CALL_SYNC && kind != CALL_WRITE &&
               kind != CALL_LOCK && kind != CALL_SEND;
    default: return kind != CALL_SEND && kind != CALL_SOCKET;
    }
}

const char *call_place(const struct call *call)
{
    int domain = 0, process, fd;
    socklen_t length = sizeof(domain);

    if (strncmp(call->path, "socket:", 7) != 0 || call->type->fd < 0)
        return call->path;
    process = (int)syscall(SYS_pidfd_open, call->pid, 0);
    fd = process < 0 ? -1
                     : (int)syscall(SYS_pidfd_getfd, process,
                                    (int)call->args[call->type->fd], 0);
    if (fd >= 0)
        getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length);
    if (fd >= 0)
        close(fd);
    if (process >= 0)
        close(process);
    return domain == AF_INET || domain == AF_INET6 ? "inet" : call->path;
}
