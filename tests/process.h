/* SPDX-License-Identifier: Apache-2.0 */
/* What a test's own process holds, to see whether it grows. */
#ifndef ENROLL_TESTS_PROCESS_H
#define ENROLL_TESTS_PROCESS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* Pages in memory. */
static inline long process_pages(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0, pages = 0;

    if (file == NULL || fscanf(file, "%ld %ld", &size, &pages) != 2)
        exit(70);
    fclose(file);
    return pages;
}

/* Open descriptors, and always the same few more. */
static inline int process_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    while (folder != NULL && readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

#endif
