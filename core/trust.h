/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening state so that nobody else can have planted or changed it. A folder
 * or file is trusted only if it belongs to the effective user or to root and
 * neither group nor others can write it; every step is made with openat and
 * O_NOFOLLOW. On the way to the state folder, folders that others can write
 * are accepted with the sticky bit (/tmp), and symbolic links that belong to
 * the effective user or root are followed; below it no link is ever followed.
 */
#ifndef ENROLL_CORE_TRUST_H
#define ENROLL_CORE_TRUST_H

#include <stddef.h>
#include <sys/types.h>

#include "core/problem.h"

enum enroll_found {
    ENROLL_FOUND_BAD = 0, /* *problem says why */
    ENROLL_FOUND = 1,
    ENROLL_FOUND_MISSING = 2 /* there is none; *problem is untouched */
};

/* The state folder itself; path must be absolute. *fd is the caller's. */
enum enroll_found enroll_trust_open_root(const char *path, int *fd,
                                         struct enroll_problem *problem);

/* A folder below one that is trusted; shown is how messages call it. */
enum enroll_found enroll_trust_open_dir(int parent, const char *name,
                                        const char *shown, int *fd,
                                        struct enroll_problem *problem);

/*
 * A regular file in a trusted folder, whole, NUL-terminated; more than max
 * bytes is an error. *data is the caller's: OPENSSL_clear_free(data, len + 1).
 */
enum enroll_found enroll_trust_read(int folder, const char *name,
                                    const char *shown, size_t max, char **data,
                                    size_t *length,
                                    struct enroll_problem *problem);

/*
 * The same for a private key: one that users beyond owner and group can get at
 * is BAD and of class key.
 */
enum enroll_found enroll_trust_read_secret(int folder, const char *name,
                                           const char *shown, size_t max,
                                           char **data, size_t *length,
                                           struct enroll_problem *problem);

#endif
