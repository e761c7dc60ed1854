/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state folder and a profile for targets whose readers open files
 * (tests/hook/place.h). On tmpfs where TMPDIR says so. Gone at exit.
 */
#ifndef ENROLL_TESTS_FUZZ_FILES_H
#define ENROLL_TESTS_FUZZ_FILES_H

#include <stddef.h>

#include <openssl/x509.h>

#include "tests/hook/place.h"

/* The same at every call; profile `release` is loaded. */
struct place *fuzz_place(void);

/* Writes name anew, in the folder fd. */
void fuzz_write(int fd, const char *name, const void *data, size_t size);

/* A record of the state folder: how it begins, its name, who reads it. */
struct fuzz_kind {
    const char *begin, *file;
    void (*use)(const struct enroll_profile *profile, int profile_fd);
};

/* Has the input read as what it begins as; kinds ends with NULL. */
void fuzz_as(const struct fuzz_kind *kinds, const void *data, size_t size);

/* Where a file of tests/fuzz/data is. */
#define FUZZ_DATA(name) ENROLL_FUZZ_DATA "/" name
/* What is in it (OPENSSL_free). */
unsigned char *fuzz_data(const char *path, long *size);

/* A request for a certificate, the same at every call. */
X509_REQ *fuzz_csr(void);

#endif
