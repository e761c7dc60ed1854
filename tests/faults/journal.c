/* SPDX-License-Identifier: Apache-2.0 */
/* Notes what traced processes do below a folder. */
#include "journal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define VECTORS_MAX 64

static const char *within(const char *path, const char *below)
{
    size_t length = strlen(below);

    if (strncmp(path, below, length) != 0 || path[length] != '/')
        return NULL;
    return path + length + 1;
}

/* Also the folder itself. */
static int touches(const struct call *call, const char *below)
{
    return within(call->path, below) != NULL ||
           strcmp(call->path, below) == 0 ||
           (call->type->kind == CALL_RENAME &&
            within(call->path2, below) != NULL) ||
           strcmp(call_place(call), "inet") == 0;
}

static long long position(const struct call *call)
{
    char name[64];
    long long offset = 0;
    FILE *info = NULL;

    if (call->type->number == SYS_pwrite64)
        return (long long)call->args[3];
    snprintf(name, sizeof(name), "/proc/%d/fdinfo/%d", (int)call->pid,
             (int)call->args[0]);
    info = fopen(name, "r");
    if (info != NULL && fscanf(info, "pos: %lld", &offset) != 1)
        offset = 0;
    if (info != NULL)
        fclose(info);
    return offset;
}

static void take(struct journal_entry *entry, unsigned long address,
                 size_t length)
{
    unsigned char *more = realloc(entry->data, entry->length + length + 1);

    if (more == NULL)
        abort();
    entry->data = more;
    entry->length +=
        call_memory(entry->call.pid, address, more + entry->length, length);
}

static void take_data(struct journal_entry *entry)
{
    const struct call *call = &entry->call;
    struct iovec vectors[VECTORS_MAX];
    size_t count = call->args[2], got;

    if (call->type->number != SYS_writev) {
        take(entry, call->args[1], count);
        return;
    }
    got = call_memory(call->pid, call->args[1], vectors,
                      (count < VECTORS_MAX ? count : VECTORS_MAX) *
                          sizeof(vectors[0])) /
          sizeof(vectors[0]);
    for (size_t i = 0; i < got; i++)
        take(entry, (unsigned long)vectors[i].iov_base, vectors[i].iov_len);
}

int journal_enter(struct journal_entry *entry, const struct call *call,
                  const char *below)
{
    struct stat st;

    if (!call->changes || call->type->kind == CALL_LOCK ||
        !touches(call, below))
        return 0;
    free(entry->data);
    *entry = (struct journal_entry){.open = 1, .call = *call};
    entry->existed = lstat(call->path, &st) == 0;
    if (call->type->kind == CALL_WRITE &&
        strcmp(call_place(call), "inet") != 0) {
        entry->offset = position(call);
        take_data(entry);
    }
    return 1;
}

static unsigned long long inode_at(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 ? (unsigned long long)st.st_ino : 0;
}

static unsigned long long inode_of(const struct call *call)
{
    char name[64];
    struct stat st;

    snprintf(name, sizeof(name), "/proc/%d/fd/%d", (int)call->pid,
             (int)call->args[call->type->fd]);
    return stat(name, &st) == 0 ? (unsigned long long)st.st_ino : 0;
}

static void note_open(const struct journal_entry *entry, const char *name,
                      FILE *journal)
{
    const struct call *call = &entry->call;
    unsigned long long inode = inode_at(call->path);

    if (!entry->existed)
        fprintf(journal, "create\t%llu\t%s\n", inode, name);
    else if (strcmp(call->type->name, "creat") == 0 ||
             (call->args[call->type->path + 1] & O_TRUNC) != 0)
        fprintf(journal, "truncate\t%llu\t0\n", inode);
}

static void note_write(const struct journal_entry *entry, size_t length,
                       FILE *journal)
{
    fprintf(journal, "write\t%llu\t%lld\t", inode_of(&entry->call),
            entry->offset);
    for (size_t i = 0; i < length && i < entry->length; i++)
        fprintf(journal, "%02x", entry->data[i]);
    fputc('\n', journal);
}

static void note(const struct journal_entry *entry, const char *name,
                 const char *name2, size_t length, FILE *journal)
{
    const struct call *call = &entry->call;

    switch (call->type->kind) {
    case CALL_OPEN: note_open(entry, name, journal); break;
    case CALL_WRITE: note_write(entry, length, journal); break;
    case CALL_SYNC: fprintf(journal, "sync\t%llu\n", inode_of(call)); break;
    case CALL_RENAME: fprintf(journal, "rename\t%s\t%s\n", name, name2); break;
    case CALL_LINK: fprintf(journal, "link\t%s\t%s\n", name, name2); break;
    case CALL_SYMLINK:
        fprintf(journal, "symlink\t%s\t%s\n", call->path2, name);
        break;
    case CALL_UNLINK: fprintf(journal, "unlink\t%s\n", name); break;
    case CALL_MKDIR:
        fprintf(journal, "folder\t%llu\t%s\n", inode_at(call->path), name);
        break;
    case CALL_TRUNCATE:
        fprintf(journal, "truncate\t%llu\t%lu\n", inode_of(call),
                call->args[1]);
        break;
    case CALL_MODE:
        fprintf(journal, "mode\t%llu\t%lo\n", inode_of(call), call->args[1]);
        break;
    case CALL_ALLOCATE: /* makes no promise that anything relies on */
    case CALL_LOCK:
    case CALL_SEND:
    case CALL_SOCKET: break;
    }
}

void journal_leave(struct journal_entry *entry, const char *below,
                   long long result, FILE *journal)
{
    const struct call *call = &entry->call;
    const char *name = within(call->path, below);
    const char *name2 = within(call->path2, below);

    entry->open = 0;
    if (result < 0)
        return;
    if (strcmp(call_place(call), "inet") == 0)
        fprintf(journal, "send\t%lld\n", result);
    else
        note(entry, name == NULL ? "." : name, name2 == NULL ? "?" : name2,
             (size_t)result, journal);
}
