/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries a file's attributes over to the signed one. Called before the
 * rename; never loosens a mode to make something possible.
 */
#include "hook/sign/attributes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <openssl/crypto.h>

#define ATTRIBUTE_MAX 65536 /* XATTR_SIZE_MAX and XATTR_LIST_MAX of Linux */

/* Hashes and signatures of the old contents: wrong for the new ones. */
static int about_contents(const char *name)
{
    return strcmp(name, "security.ima") == 0 ||
           strcmp(name, "security.evm") == 0;
}

/* What the file system or our rights don't allow is not worth a failure. */
static int tolerable(int error)
{
    return error == ENOTSUP || error == EPERM || error == EACCES ||
           error == ENODATA;
}

static int copy_attribute(int old, int new, const char *name, char *value)
{
    ssize_t size = fgetxattr(old, name, value, ATTRIBUTE_MAX);

    if (size < 0)
        return tolerable(errno);
    return fsetxattr(new, name, value, (size_t)size, 0) == 0 ||
           tolerable(errno);
}

static int copy_attributes(int old, int new)
{
    char *names = OPENSSL_malloc(ATTRIBUTE_MAX);
    char *value = OPENSSL_malloc(ATTRIBUTE_MAX);
    ssize_t length = 0;
    int ok = names != NULL && value != NULL;

    if (!ok)
        errno = ENOMEM;
    else
        length = flistxattr(old, names, ATTRIBUTE_MAX);
    if (length < 0)
        ok = tolerable(errno);
    for (ssize_t at = 0; ok && at < length;
         at += (ssize_t)strlen(names + at) + 1)
        if (!about_contents(names + at))
            ok = copy_attribute(old, new, names + at, value);
    OPENSSL_free(names);
    OPENSSL_free(value);
    return ok;
}

int enroll_attributes_keep(int old, int new, const char *shown,
                           struct enroll_problem *problem)
{
    struct stat was, is;

    if (fstat(old, &was) != 0 || fstat(new, &is) != 0)
        return enroll_problem_set(problem, ENROLL_INTERNAL, "%s: %s", shown,
                                  strerror(errno));
    /* Before the mode: a change of owner takes setuid bits away. */
    if ((was.st_uid != is.st_uid || was.st_gid != is.st_gid) &&
        fchown(new, was.st_uid, was.st_gid) != 0)
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "%s belongs to user %lu, group %lu and would not any more after "
            "signing (%s); sign as that user",
            shown, (unsigned long)was.st_uid, (unsigned long)was.st_gid,
            strerror(errno));
    if (fchmod(new, was.st_mode & 07777) != 0 || !copy_attributes(old, new))
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "cannot keep mode and attributes of %s: %s",
                                  shown, strerror(errno));
    return 1;
}
