/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the manager's folder: written whole or not at all, read with a
 * limit. Each function says on stderr what went wrong.
 */
#ifndef MANAGER_FILES_H
#define MANAGER_FILES_H

#include <stddef.h>
#include <sys/types.h>

/* dir/name in a new string, or NULL. */
char *file_path(const char *dir, const char *name);

/* Replaces dir/name: temporary file, fsync, rename, fsync of the folder. */
int file_write(const char *dir, const char *name, const void *data,
               size_t length, mode_t mode);

/* 1 there, 0 not there. */
int file_exists(const char *dir, const char *name);

/* The whole of dir/name, NUL-terminated, to be freed; NULL if unreadable. */
char *file_read(const char *dir, const char *name, size_t limit,
                size_t *length);

/* Makes the folder with mode 0700 unless it is there. */
int folder_make(const char *path);

#endif
