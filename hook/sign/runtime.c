/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps configurations for tools. Called by sign and run; a folder that
 * somebody else could have planted is refused.
 */
#include "hook/sign/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>

#include "core/generation.h"
#include "hook/durable.h"

#define CONF_MAX 65536

static int folder_path(char path[PATH_MAX])
{
    const char *runtime = secure_getenv("XDG_RUNTIME_DIR");
    struct stat st;
    int length;

    if (runtime != NULL && runtime[0] == '/' && stat(runtime, &st) == 0 &&
        S_ISDIR(st.st_mode) && access(runtime, W_OK) == 0)
        length = snprintf(path, PATH_MAX, "%s/enroll", runtime);
    else
        length = snprintf(path, PATH_MAX, "/tmp/enroll-%lu",
                          (unsigned long)geteuid());
    return length > 0 && length < PATH_MAX - 64;
}

static int open_folder(const char *path, struct enroll_problem *problem)
{
    struct stat st;
    int fd;

    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "cannot make the folder %s for the tool's "
                           "openssl.cnf: %s",
                           path, strerror(errno));
        return -1;
    }
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
        (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "the folder %s is not this user's alone, so the tool's "
                       "openssl.cnf is not put there; remove it, or set "
                       "XDG_RUNTIME_DIR",
                       path);
    return -1;
}

static int is_there(int folder, const char *name, const char *text)
{
    size_t length = 0;
    char *had = NULL;
    int same = enroll_trust_read(folder, name, name, CONF_MAX, &had, &length,
                                 NULL) == ENROLL_FOUND &&
               strcmp(had, text) == 0;

    OPENSSL_free(had);
    return same;
}

int enroll_runtime_keep(const char *text, char path[PATH_MAX],
                        struct enroll_problem *problem)
{
    char folder[PATH_MAX], hash[ENROLL_SHA256_HEX], name[64];
    int fd, ok;

    if (!folder_path(folder) || !enroll_sha256_hex(text, strlen(text), hash))
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "cannot name a folder for openssl.cnf");
    fd = open_folder(folder, problem);
    if (fd < 0)
        return 0;
    snprintf(name, sizeof(name), "openssl-%.16s.cnf", hash);
    BIO_snprintf(path, PATH_MAX, "%s/%s", folder, name);
    /* Two at once would share a temporary name; the wait is a write long. */
    (void)flock(fd, LOCK_EX);
    ok = is_there(fd, name, text) ||
         enroll_durable_write(fd, name, ENROLL_MODE_PUBLIC, text, strlen(text),
                              problem);
    close(fd);
    return ok;
}

int enroll_runtime_conf(const struct enroll_openssl_conf *conf,
                        const struct enroll_places *places, char path[PATH_MAX],
                        struct enroll_problem *problem)
{
    char *text = enroll_openssl_conf_text(conf, places, 1, problem);
    int ok = text != NULL && enroll_runtime_keep(text, path, problem);

    OPENSSL_free(text);
    return ok;
}
