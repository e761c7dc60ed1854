/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks for files that shadow a URI. Called by run and check.
 */
#include "hook/sign/shadow.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/uri.h"

int enroll_shadow_find(const char *profile, char line[ENROLL_LINE_MAX])
{
    char name[ENROLL_PROFILE_MAX + sizeof("enroll:")];
    char folder[PATH_MAX];
    struct stat st;

    snprintf(name, sizeof(name), "enroll:%.*s", ENROLL_PROFILE_MAX, profile);
    if (lstat(name, &st) != 0)
        return 0;
    if (getcwd(folder, sizeof(folder)) == NULL)
        folder[0] = '\0';
    snprintf(line, ENROLL_LINE_MAX,
             "a file named %s in %.600s takes the place of the identity of "
             "that name; remove it, or write enroll://%s",
             name, folder, profile);
    return 1;
}
