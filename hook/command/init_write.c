/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes what init was told. enroll.conf is loaded under a temporary name
 * before it gets its own, last of all.
 */
#include "hook/command/init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>

#include "hook/config.h"
#include "hook/durable.h"
#include "hook/sign/openssl_conf.h"

#define CONFIG     "enroll.conf"
#define CANDIDATE  "enroll.conf.new"
#define SECRET     "client-secret"
#define ACTIVATED  "openssl-activated.cnf"
#define REGISTERED "openssl-registered.cnf"

const char *enroll_init_get(const struct enroll_init *init, const char *key)
{
    for (size_t i = 0; i < init->count; i++)
        if (strcmp(init->settings[i].key, key) == 0)
            return init->settings[i].value;
    return NULL;
}

int enroll_init_set(struct enroll_init *init, const char *key,
                    const char *value, struct enroll_problem *problem)
{
    struct enroll_init_setting *setting = &init->settings[init->count];

    for (size_t i = 0; i < init->count; i++)
        if (strcmp(init->settings[i].key, key) == 0)
            return enroll_problem_set(problem, ENROLL_USAGE,
                                      "init: %s is given twice", key);
    if (init->count == ENROLL_INIT_SETTINGS_MAX)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "init: too many settings");
    setting->key = OPENSSL_strdup(key);
    setting->value = OPENSSL_strdup(value);
    init->count++;
    return (setting->key != NULL && setting->value != NULL) ||
           enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
}

void enroll_init_clear(struct enroll_init *init)
{
    for (size_t i = 0; i < init->count; i++) {
        OPENSSL_free(init->settings[i].key);
        OPENSSL_free(init->settings[i].value);
    }
    init->count = 0;
    if (init->secret != NULL)
        OPENSSL_clear_free(init->secret, strlen(init->secret));
    init->secret = NULL;
    OPENSSL_free(init->profile);
    init->profile = NULL;
}

/* ----------------------------------------------------------------- folders */

/* path and what is missing above it. */
static int make_folders(char *path, mode_t mode)
{
    struct stat st;

    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST) {
            *slash = '/';
            return 0;
        }
        *slash = '/';
    }
    return (mkdir(path, mode) == 0 || errno == EEXIST) &&
           stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int make_folder(const char *path, struct enroll_problem *problem)
{
    char copy[PATH_MAX];
    int fd = -1;

    OPENSSL_strlcpy(copy, path, sizeof(copy));
    if (make_folders(copy, 0755))
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "init: cannot make the folder %s: %s; name another "
                           "one with --output",
                           path, strerror(errno));
    return fd;
}

static int refuse_overwriting(const struct enroll_init *init, int folder,
                              struct enroll_problem *problem)
{
    static const char *const names[] = {CONFIG, ACTIVATED, REGISTERED};
    struct stat st;

    for (size_t i = 0; !init->force && i < 3; i++)
        if (fstatat(folder, names[i], &st, AT_SYMLINK_NOFOLLOW) == 0)
            return enroll_problem_set(problem, ENROLL_USAGE,
                                      "init: there is a %s/%s already; use "
                                      "--force to replace it, or another "
                                      "--output",
                                      init->folder, names[i]);
    if (!init->force && init->secret != NULL &&
        fstatat(folder, SECRET, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "init: there is a %s/" SECRET " already; use "
                                  "it with --client-secret-file, or replace it "
                                  "with --force",
                                  init->folder);
    return 1;
}

/* ------------------------------------------------------------------- texts */

static int put(BIO *out, const char *key, const char *value)
{
    char *quoted = enroll_openssl_conf_quote(value);
    int ok = quoted != NULL && BIO_printf(out, "%s = %s\n", key, quoted) > 0;

    OPENSSL_free(quoted);
    return ok;
}

static int put_settings(const struct enroll_init *init, BIO *out)
{
    char secret[PATH_MAX + 32];

    if (BIO_printf(out,
                   "# Written by `enroll-hook init`. Its keys: "
                   "README.md, Configuration. After a change: "
                   "enroll-hook check\n"
                   "[%s]\n",
                   init->profile) <= 0)
        return 0;
    for (size_t i = 0; i < init->count; i++)
        if (!put(out, init->settings[i].key, init->settings[i].value))
            return 0;
    snprintf(secret, sizeof(secret), "file:%s/" SECRET, init->folder);
    return (init->secret == NULL || put(out, "client-secret", secret)) &&
           (enroll_init_get(init, "key") != NULL || put(out, "key", "file"));
}

/* Takes out over. */
static int write_bio(int folder, const char *name, BIO *out,
                     struct enroll_problem *problem)
{
    char *data = NULL;
    long length = BIO_get_mem_data(out, &data);
    int ok =
        length > 0 && enroll_durable_write(folder, name, ENROLL_MODE_PUBLIC,
                                           data, (size_t)length, problem);

    BIO_free(out);
    return ok;
}

/* The file that a message is about is gone when it is read. */
static const char *with_final_name(char *line)
{
    char *at = strstr(line, CANDIDATE);

    if (at != NULL)
        memmove(at + strlen(CONFIG), at + strlen(CANDIDATE),
                strlen(at + strlen(CANDIDATE)) + 1);
    return line;
}

/* Under a name of its own, loaded, and taken away again if that fails. */
static int write_candidate(const struct enroll_init *init, int folder,
                           struct enroll_problem *problem)
{
    BIO *out = BIO_new(BIO_s_mem());
    const struct enroll_profile *profile = NULL;
    struct enroll_config *config = NULL;
    char path[PATH_MAX + 32];
    int ok;

    if (out == NULL || !put_settings(init, out)) {
        BIO_free(out);
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "init: a value has a line break");
    }
    if (!write_bio(folder, CANDIDATE, out, problem))
        return 0;
    snprintf(path, sizeof(path), "%s/" CANDIDATE, init->folder);
    ok = enroll_config_load(path, init->state, &config, problem) &&
         enroll_config_profile(config, init->profile, &profile, problem);
    enroll_config_free(config);
    if (ok)
        return 1;
    unlinkat(folder, CANDIDATE, 0);
    return enroll_problem_set(problem, problem->class,
                              "init: nothing is written; it would not load: %s",
                              with_final_name(problem->line));
}

static int write_openssl(const struct enroll_init *init, int folder,
                         const struct enroll_openssl_conf *conf, int activate,
                         struct enroll_problem *problem)
{
    char config[PATH_MAX], state[PATH_MAX];
    struct enroll_places places = {.config = config, .state = state};
    char *text = NULL;
    BIO *out = BIO_new(BIO_s_mem());

    OPENSSL_strlcpy(config, init->config, sizeof(config));
    OPENSSL_strlcpy(state, init->state, sizeof(state));
    if (out != NULL)
        text = enroll_openssl_conf_text(conf, &places, activate, problem);
    if (text == NULL) {
        BIO_free(out);
        return 0;
    }
    BIO_printf(out,
               "# Written by `enroll-hook init`. Use it with\n"
               "#   OPENSSL_CONF=%s/%s\n"
               "%s\n%s"
               "%s"
               "# For osslsigncode up to 2.9 and others that read the identity "
               "file before\n# they ask for the key: remove the # and the "
               "profile is made ready first.\n"
               "# ensure = %s\n",
               init->folder, activate ? ACTIVATED : REGISTERED,
               activate ? "# The provider is there in every tool."
                        : "# Nothing is loaded until a tool says -provider "
                          "enroll.",
               text,
               activate ? "" : "# `activate = 1` here would load it always.\n",
               init->profile);
    OPENSSL_free(text);
    return write_bio(folder, activate ? ACTIVATED : REGISTERED, out, problem);
}

static int write_both_openssl(const struct enroll_init *init, int folder,
                              struct enroll_problem *problem)
{
    struct enroll_openssl_conf conf;
    int ok;

    /* Not the one in effect: it may be what init wrote before. */
    if (!enroll_openssl_conf_find_system(&conf))
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    ok = write_openssl(init, folder, &conf, 1, problem) &&
         write_openssl(init, folder, &conf, 0, problem);
    enroll_openssl_conf_clear(&conf);
    return ok;
}

static int write_secret(const struct enroll_init *init, int folder,
                        struct enroll_problem *problem)
{
    return init->secret == NULL ||
           enroll_durable_write(folder, SECRET, ENROLL_MODE_SECRET,
                                init->secret, strlen(init->secret), problem);
}

int enroll_init_write(const struct enroll_init *init,
                      struct enroll_problem *problem)
{
    char state[PATH_MAX];
    int folder = make_folder(init->folder, problem), ok = 0;

    if (folder < 0)
        return 0;
    OPENSSL_strlcpy(state, init->state, sizeof(state));
    if (!refuse_overwriting(init, folder, problem) ||
        !write_candidate(init, folder, problem))
        goto out;
    if (!make_folders(state, 0755)) {
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "init: cannot make the state folder %s: %s; name "
                           "another one: enroll-hook --state FOLDER init ...",
                           init->state, strerror(errno));
        goto out;
    }
    ok = write_secret(init, folder, problem) &&
         write_both_openssl(init, folder, problem);
    if (ok && (renameat(folder, CANDIDATE, folder, CONFIG) != 0 ||
               fsync(folder) != 0))
        ok = enroll_durable_failed("write " CONFIG, problem);
out:
    if (!ok)
        unlinkat(folder, CANDIDATE, 0);
    close(folder);
    return ok;
}
