/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the openssl.cnf in effect and says where enroll.so is. Called by sign,
 * run, check and init; loads no module and changes no configuration of this
 * process.
 */
#include "hook/sign/openssl_conf.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#define MODULE_NAME "enroll.so"

static char *duplicate(const char *text)
{
    return text == NULL ? NULL : OPENSSL_strdup(text);
}

const char *enroll_openssl_conf_value(const CONF *conf, const char *section,
                                      const char *name)
{
    const char *value = NULL;

    /* A NULL section means [default]; here it means there is none. */
    if (section == NULL)
        return NULL;
    ERR_set_mark();
    value = NCONF_get_string(conf, section, name);
    ERR_pop_to_mark();
    return value;
}

static const char *providers_section(const CONF *conf)
{
    return enroll_openssl_conf_value(
        conf, enroll_openssl_conf_value(conf, "default", "openssl_conf"),
        "providers");
}

/* Before 3.2 any value activates, `activate = 0` too. */
static int activates(const char *value)
{
    if (OPENSSL_version_major() == 3 && OPENSSL_version_minor() < 2)
        return value != NULL;
    return value != NULL && strcmp(value, "0") != 0 &&
           strcmp(value, "no") != 0 && strcmp(value, "off") != 0 &&
           strcmp(value, "false") != 0;
}

/* FOLDER/enroll.so if it is there. */
static char *module_in(const char *folder)
{
    char path[PATH_MAX];
    int length;

    if (folder == NULL || folder[0] != '/')
        return NULL;
    length = snprintf(path, sizeof(path), "%s/" MODULE_NAME, folder);
    if (length < 0 || (size_t)length >= sizeof(path) || access(path, R_OK) != 0)
        return NULL;
    return OPENSSL_strdup(path);
}

/* The module next to this program in its build tree, if that is where it is. */
static char *module_of_build(void)
{
    char program[PATH_MAX], folder[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    if (length <= 0)
        return NULL;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    BIO_snprintf(folder, sizeof(folder), "%s/../provider", program);
    return realpath(folder, program) == NULL ? NULL : module_in(program);
}

/* `module` as OpenSSL would resolve it; NULL if there is no such file. */
static char *find_module(const char *configured)
{
    char *found = NULL;

    if (configured != NULL && configured[0] == '/')
        return access(configured, R_OK) == 0 ? OPENSSL_strdup(configured)
                                             : NULL;
    found = module_in(secure_getenv("OPENSSL_MODULES"));
    if (found == NULL)
        found = module_of_build();
    if (found == NULL)
        found = module_in(ENROLL_MODULESDIR);
    return found;
}

static void read_enroll(struct enroll_openssl_conf *conf, const CONF *file,
                        const char *section)
{
    conf->enroll_listed = 1;
    conf->enroll_section = duplicate(section);
    conf->enroll_active =
        activates(enroll_openssl_conf_value(file, section, "activate"));
    conf->config =
        duplicate(enroll_openssl_conf_value(file, section, "config"));
    conf->state = duplicate(enroll_openssl_conf_value(file, section, "state"));
    conf->module =
        find_module(enroll_openssl_conf_value(file, section, "module"));
}

static void read_file(struct enroll_openssl_conf *conf, const CONF *file)
{
    const char *providers = providers_section(file);
    const char *section = NULL;

    conf->has_providers = providers != NULL;
    section = enroll_openssl_conf_value(file, providers, "default");
    conf->default_active =
        section != NULL &&
        activates(enroll_openssl_conf_value(file, section, "activate"));
    section = enroll_openssl_conf_value(file, providers, "enroll");
    if (section != NULL)
        read_enroll(conf, file, section);
}

static void say_why(struct enroll_openssl_conf *conf, long line)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());

    if (access(conf->path, F_OK) != 0)
        why = "there is no such file";
    else if (access(conf->path, R_OK) != 0)
        why = "it cannot be read by this user";
    if (why == NULL)
        why = "it is not in OpenSSL's syntax";
    if (line > 0)
        BIO_snprintf(conf->reason, sizeof(conf->reason), "line %ld: %s", line,
                     why);
    else
        BIO_snprintf(conf->reason, sizeof(conf->reason), "%s", why);
}

/* Takes path over. */
static int find(struct enroll_openssl_conf *conf, char *path)
{
    CONF *file = NCONF_new(NULL);
    long line = 0;

    memset(conf, 0, sizeof(*conf));
    conf->path = path;
    if (path == NULL || file == NULL) {
        NCONF_free(file);
        enroll_openssl_conf_clear(conf);
        return 0;
    }
    ERR_set_mark();
    conf->readable = NCONF_load(file, conf->path, &line) > 0;
    if (conf->readable)
        read_file(conf, file);
    else
        say_why(conf, line);
    ERR_pop_to_mark();
    NCONF_free(file);
    if (!conf->enroll_listed)
        conf->module = find_module(NULL);
    return 1;
}

int enroll_openssl_conf_find(struct enroll_openssl_conf *conf)
{
    return find(conf, CONF_get1_default_config_file());
}

int enroll_openssl_conf_find_system(struct enroll_openssl_conf *conf)
{
    char path[PATH_MAX];

    BIO_snprintf(path, sizeof(path), "%s/openssl.cnf",
                 X509_get_default_cert_area());
    return find(conf, OPENSSL_strdup(path));
}

void enroll_openssl_conf_clear(struct enroll_openssl_conf *conf)
{
    OPENSSL_free(conf->path);
    OPENSSL_free(conf->enroll_section);
    OPENSSL_free(conf->module);
    OPENSSL_free(conf->config);
    OPENSSL_free(conf->state);
    memset(conf, 0, sizeof(*conf));
}

char *enroll_openssl_conf_quote(const char *value)
{
    char *quoted = OPENSSL_malloc(2 * strlen(value) + 1), *to = quoted;

    if (quoted == NULL || strpbrk(value, "\r\n") != NULL) {
        OPENSSL_free(quoted);
        return NULL;
    }
    for (const char *at = value; *at != '\0'; at++) {
        if (strchr("\\$#;\"'` \t", *at) != NULL)
            *to++ = '\\';
        *to++ = *at;
    }
    *to = '\0';
    return quoted;
}
