/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are either as they were or as they should be, whatever happens in
 * between: temporary name in the same folder, fsync, rename, fsync of the
 * folder. The writer holds the identity's lock, so temporary names are fixed
 * (".NAME.tmp") and leftovers are written over.
 */
#ifndef ENROLL_HOOK_DURABLE_H
#define ENROLL_HOOK_DURABLE_H

#include <sys/types.h>

#include "core/record.h"
#include "core/trust.h"

#define ENROLL_MODE_PUBLIC 0644
#define ENROLL_MODE_SECRET 0600
#define ENROLL_MODE_FOLDER 0755

/*
 * Fills *problem from errno: what could not be done, why, and what helps.
 * Returns 0.
 */
int enroll_durable_failed(const char *doing, struct enroll_problem *problem);

/* Replaces name whole. 1, or 0 and *problem with name as it was. */
int enroll_durable_write(int folder, const char *name, mode_t mode,
                         const void *data, size_t length,
                         struct enroll_problem *problem);
int enroll_durable_record(int folder, const char *name, mode_t mode,
                          const struct enroll_record *record,
                          struct enroll_problem *problem);

/*
 * Takes the disk space now that the next enroll_durable_write of name will
 * need, so that what must not get lost can't meet a full disk.
 */
int enroll_durable_reserve(int folder, const char *name,
                           struct enroll_problem *problem);

/* A symbolic link, replacing whatever bears the name. */
int enroll_durable_link(int folder, const char *target, const char *name,
                        struct enroll_problem *problem);

/* Removes name; that there is none is fine. */
int enroll_durable_remove(int folder, const char *name,
                          struct enroll_problem *problem);

/* Removes a folder and the files in it; nothing deeper is expected. */
void enroll_durable_remove_folder(int parent, const char *name);

/* A folder below parent, made if need be. *fd is the caller's. */
int enroll_durable_folder(int parent, const char *name, const char *shown,
                          int *fd, struct enroll_problem *problem);

/* A record that was written so; a damaged one is BAD. */
enum enroll_found enroll_durable_load(int folder, const char *name,
                                      const char *kind,
                                      struct enroll_record **record,
                                      struct enroll_problem *problem);

/*
 * The record there is, to be written again with the lines that are not ours;
 * else, or for a damaged one, an empty one. NULL: out of memory.
 */
struct enroll_record *enroll_durable_again(int folder, const char *name,
                                           const char *kind);

#endif
