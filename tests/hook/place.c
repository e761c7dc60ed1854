/* SPDX-License-Identifier: Apache-2.0 */
/* See place.h. */
#include "tests/hook/place.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(1);
}

void place_make(struct place *place)
{
    const char *tmp = getenv("TMPDIR");
    char path[PATH_MAX + 16];

    *place = (struct place){.profile_fd = -1};
    umask(022);
    snprintf(place->folder, sizeof(place->folder), "%s/enroll-unit.XXXXXX",
             tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(place->folder) == NULL)
        give_up(place->folder);
    snprintf(place->config_path, sizeof(place->config_path), "%s/enroll.conf",
             place->folder);
    snprintf(place->state, sizeof(place->state), "%s/state", place->folder);
    snprintf(path, sizeof(path), "%s/release", place->state);
    if (mkdir(place->state, 0755) != 0 || mkdir(path, 0755) != 0)
        give_up(path);
    place->profile_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->profile_fd < 0)
        give_up(path);
}

void place_write(struct place *place, const char *text)
{
    FILE *file = fopen(place->config_path, "w");

    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0)
        give_up(place->config_path);
}

void place_profile(struct place *place, const char *more)
{
    struct enroll_problem problem;
    char text[8192];

    snprintf(text, sizeof(text),
             "[release]\n"
             "manager = scm\n"
             "url = https://scm.example\n"
             "client-id = id\n"
             "client-secret = file:/secret\n"
             "email = signing@example.com\n"
             "trust = private\n"
             "anchor = %s/anchor.pem\n"
             "key-type = ec:P-256\n"
             "%s",
             place->folder, more);
    place_write(place, text);
    enroll_config_free(place->config);
    place->config = NULL;
    if (!enroll_config_load(place->config_path, place->state, &place->config,
                            &problem) ||
        !enroll_config_profile(place->config, "release", &place->profile,
                               &problem)) {
        fprintf(stderr, "%s\n", problem.line);
        exit(1);
    }
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

void place_remove(struct place *place)
{
    enroll_config_free(place->config);
    close(place->profile_fd);
    nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
