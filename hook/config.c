/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens enroll.conf and hands out its profiles. Called once per run of the
 * hook; what the keys of a section mean is in settings.c, what they must not
 * say together in profile.c.
 */
#include "hook/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/conf.h>
#include <openssl/err.h>

#include "core/uri.h"
#include "hook/settings.h"

#define CONFIG_MAX (1024 * 1024)

struct loaded {
    struct enroll_profile profile;
    struct enroll_arena *arena;
    struct loaded *next;
};

struct enroll_config {
    CONF *conf;
    char *path;
    char *state;
    STACK_OF(OPENSSL_CSTRING) * names; /* owned by conf */
    struct loaded *loaded;
};

static int refuse(const char *path, struct enroll_problem *problem,
                  const char *why)
{
    return enroll_problem_set(problem, ENROLL_CONFIGURATION, "%s: %s", path,
                              why);
}

/* Who can write the configuration can spend money and choose the manager. */
static int check_trust(int file, const char *path,
                       struct enroll_problem *problem)
{
    struct stat st;

    if (fstat(file, &st) != 0)
        return refuse(path, problem, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return refuse(path, problem, "is not a regular file");
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "%s belongs to user %lu, neither to you (user %lu) nor to root: "
            "it is not trusted; have its owner changed",
            path, (unsigned long)st.st_uid, (unsigned long)geteuid());
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "%s can be written by other users: it is "
                                  "not trusted; run: chmod go-w '%s'",
                                  path, path);
    if (st.st_size > CONFIG_MAX)
        return refuse(path, problem, "is larger than 1 MiB");
    return 1;
}

static BIO *open_config(const char *path, struct enroll_problem *problem)
{
    /* O_NONBLOCK: a pipe in its place must not hang us. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    BIO *bio = NULL;

    if (file < 0 && errno == ENOENT) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "there is no configuration file %s; write one "
                           "(see: enroll-hook help init), or name another "
                           "with --config PATH or ENROLL_CONF",
                           path);
        return NULL;
    }
    if (file < 0) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION, "cannot open %s: %s",
                           path, strerror(errno));
        return NULL;
    }
    if (check_trust(file, path, problem))
        bio = BIO_new_fd(file, BIO_CLOSE);
    if (bio == NULL)
        close(file);
    return bio;
}

/* The innermost reason on libcrypto's queue, and what it says beyond. */
static void say_syntax(const char *path, long line,
                       struct enroll_problem *problem)
{
    const char *data = NULL, *reason = NULL;
    int flags = 0;
    unsigned long error = ERR_get_error_all(NULL, NULL, NULL, &data, &flags);

    if (error != 0)
        reason = ERR_reason_error_string(error);
    if (reason == NULL)
        reason = "cannot be understood";
    if ((flags & ERR_TXT_STRING) == 0 || data == NULL)
        data = "";
    enroll_problem_set(problem, ENROLL_CONFIGURATION, "%s, line %ld: %s%s%s",
                       path, line, reason, *data != '\0' ? ": " : "", data);
    ERR_clear_error();
}

static int parse(struct enroll_config *config, struct enroll_problem *problem)
{
    BIO *bio = open_config(config->path, problem);
    long line = 0;
    int ok;

    if (bio == NULL)
        return 0;
    ERR_clear_error();
    ok = NCONF_load_bio(config->conf, bio, &line) > 0;
    if (!ok)
        say_syntax(config->path, line, problem);
    BIO_free(bio);
    return ok;
}

static int compare_names(const char *const *a, const char *const *b)
{
    return strcmp(*a, *b);
}

/* Every section is a profile but [default] and those like [manager/x]. */
static int list_profiles(struct enroll_config *config,
                         struct enroll_problem *problem)
{
    STACK_OF(OPENSSL_CSTRING) *all = NCONF_get_section_names(config->conf);
    int ok = 0;

    config->names = sk_OPENSSL_CSTRING_new(compare_names);
    if (all == NULL || config->names == NULL)
        goto out;
    for (int i = 0; i < sk_OPENSSL_CSTRING_num(all); i++) {
        const char *name = sk_OPENSSL_CSTRING_value(all, i);

        if (strcmp(name, "default") == 0 || strchr(name, '/') != NULL)
            continue;
        if (!enroll_profile_name_ok(name)) {
            enroll_problem_set(
                problem, ENROLL_CONFIGURATION,
                "%s: section [%s] can't be a profile: its name must have 1 "
                "to 64 letters, digits, '.', '_' or '-', begin with a letter "
                "or digit and contain no '..'",
                config->path, name);
            goto out;
        }
        if (!sk_OPENSSL_CSTRING_push(config->names, name))
            goto out;
    }
    sk_OPENSSL_CSTRING_sort(config->names);
    ok = 1;
out:
    sk_OPENSSL_CSTRING_free(all);
    return ok;
}

int enroll_config_load(const char *path, const char *state,
                       struct enroll_config **config,
                       struct enroll_problem *problem)
{
    struct enroll_config *result = OPENSSL_zalloc(sizeof(*result));

    enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    if (result == NULL)
        return 0;
    result->path = OPENSSL_strdup(path);
    result->state = OPENSSL_strdup(state);
    result->conf = NCONF_new(NULL);
    if (result->path == NULL || result->state == NULL || result->conf == NULL ||
        !parse(result, problem) || !list_profiles(result, problem)) {
        enroll_config_free(result);
        return 0;
    }
    *config = result;
    return 1;
}

void enroll_config_free(struct enroll_config *config)
{
    if (config == NULL)
        return;
    while (config->loaded != NULL) {
        struct loaded *next = config->loaded->next;

        enroll_arena_free(config->loaded->arena);
        OPENSSL_free(config->loaded);
        config->loaded = next;
    }
    sk_OPENSSL_CSTRING_free(config->names);
    NCONF_free(config->conf);
    OPENSSL_free(config->path);
    OPENSSL_free(config->state);
    OPENSSL_free(config);
}

const char *enroll_config_name(const struct enroll_config *config, size_t i)
{
    if (i >= (size_t)sk_OPENSSL_CSTRING_num(config->names))
        return NULL;
    return sk_OPENSSL_CSTRING_value(config->names, (int)i);
}

static const char *find_name(const struct enroll_config *config,
                             const char *name)
{
    const char *known = NULL;

    for (size_t i = 0; (known = enroll_config_name(config, i)) != NULL; i++)
        if (strcmp(known, name) == 0)
            break;
    return known;
}

static int no_such_profile(const struct enroll_config *config, const char *name,
                           struct enroll_problem *problem)
{
    const char *first = enroll_config_name(config, 0);

    if (first == NULL)
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "%s: there is no section [%.64s], and no "
                                  "other profile either; write one",
                                  config->path, name);
    return enroll_problem_set(
        problem, ENROLL_CONFIGURATION,
        "%s: there is no section [%.64s]; it has [%s]%s", config->path, name,
        first, enroll_config_name(config, 1) == NULL ? "" : " and others");
}

int enroll_config_profile(struct enroll_config *config, const char *name,
                          const struct enroll_profile **profile,
                          struct enroll_problem *problem)
{
    struct loaded *loaded = config->loaded;

    while (loaded != NULL && strcmp(loaded->profile.name, name) != 0)
        loaded = loaded->next;
    if (loaded == NULL) {
        const char *known = find_name(config, name);

        if (known == NULL)
            return no_such_profile(config, name, problem);
        loaded = OPENSSL_zalloc(sizeof(*loaded));
        if (loaded == NULL)
            return enroll_problem_set(problem, ENROLL_INTERNAL,
                                      "out of memory");
        loaded->profile.name = known;
        loaded->profile.config_path = config->path;
        loaded->profile.state = config->state;
        if (!enroll_settings_read(config->conf, &loaded->profile,
                                  &loaded->arena, problem)) {
            enroll_arena_free(loaded->arena);
            OPENSSL_free(loaded);
            return 0;
        }
        loaded->next = config->loaded;
        config->loaded = loaded;
    }
    *profile = &loaded->profile;
    return 1;
}
