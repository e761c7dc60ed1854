/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls that change something, and what a stopped process is about
 * to do with one. For inject.c and journal.c.
 */
#ifndef ENROLL_TESTS_FAULTS_CALLS_H
#define ENROLL_TESTS_FAULTS_CALLS_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

enum call_kind {
    CALL_OPEN,
    CALL_WRITE,
    CALL_SYNC,
    CALL_RENAME,
    CALL_LINK,
    CALL_SYMLINK,
    CALL_UNLINK,
    CALL_MKDIR,
    CALL_TRUNCATE,
    CALL_ALLOCATE,
    CALL_MODE,
    CALL_LOCK,
    CALL_SEND,
    CALL_SOCKET
};

/* Indexes of arguments, -1 for those it has not. */
struct call_type {
    long number;
    const char *name;
    enum call_kind kind;
    int fd, path, fd2, path2;
};

struct call {
    const struct call_type *type;
    pid_t pid;
    unsigned long args[6];
    int changes;          /* 0: opens for reading, or opens a socket */
    char path[PATH_MAX];  /* what it acts on: a path, or socket:[...] */
    char path2[PATH_MAX]; /* new name; target of a symbolic link */
};

/* All of them; a filter is made of it. */
const struct call_type *calls_all(size_t *count);

/* Of a process stopped before it; 0 if it is none of them after all. */
int call_read(pid_t pid, struct call *call);

/* Has it fail with that error instead, when it goes on. */
int call_fail(const struct call *call, int error);

/* Has it write half of what it meant to. */
int call_shorten(const struct call *call);

/* A call that can fail like that on a broken or full disk. */
int call_can_fail(const struct call *call, int error);

/* "inet" for a socket of the network, otherwise what path says. */
const char *call_place(const struct call *call);

/* What the descriptor refers to, in text; 0 if there is none. */
int call_fd_path(pid_t pid, int fd, char path[PATH_MAX]);

/* length octets at address; how many could be read. */
size_t call_memory(pid_t pid, unsigned long address, void *buffer,
                   size_t length);

#endif
