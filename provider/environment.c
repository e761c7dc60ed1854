/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses what the hook inherits. Called by spawn.c; changes nothing in the
 * host. LD_LIBRARY_PATH and LD_PRELOAD are left out: hosts set them for
 * themselves, and the hook was linked against the system's libraries.
 */
#include "provider/environment.h"

#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "provider/settings.h"

/*
 * ENROLL_ACTIVE makes us inert in the hook, whose libcrypto also runs on an
 * empty configuration: so the hook can never end up asking itself.
 */
static const char *const fixed[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "OPENSSL_CONF=/dev/null",
    "ENROLL_ACTIVE=1",
};
#define FIXED (sizeof(fixed) / sizeof(fixed[0]))

static const char allowed[] =
    "HOME USER LOGNAME LANG LC_* TMPDIR TERM TZ XDG_* "
    "CREDENTIALS_DIRECTORY ENROLL_SECRET_* "
    "http_proxy https_proxy no_proxy all_proxy "
    "HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY "
    "SSL_CERT_FILE SSL_CERT_DIR SOFTHSM2_CONF P11_KIT_* PKCS11_*"
#if defined(__SANITIZE_ADDRESS__)
    " ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS"
#endif
    ;

/* entry is NAME=value, name a NAME or a PREFIX*. */
static int names(const char *name, size_t length, const char *entry)
{
    if (name[length - 1] == '*')
        return strncmp(entry, name, length - 1) == 0;
    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static int listed(const char *list, const char *entry)
{
    const char *name = NULL;
    size_t length = 0;

    while ((name = enroll_list_next(&list, &length)) != NULL)
        if (names(name, length, entry))
            return 1;
    return 0;
}

static int is_fixed(const char *entry)
{
    for (size_t i = 0; i < FIXED; i++)
        if (names(fixed[i], (size_t)(strchr(fixed[i], '=') - fixed[i]), entry))
            return 1;
    return 0;
}

char **enroll_environment_new(const char *pass_env)
{
    size_t count = 0, used = 0;
    char **environment = NULL;

    while (environ != NULL && environ[count] != NULL)
        count++;
    environment = OPENSSL_zalloc((count + FIXED + 1) * sizeof(*environment));
    if (environment == NULL)
        return NULL;
    for (size_t i = 0; i < FIXED; i++)
        environment[used++] = (char *)fixed[i];
    for (size_t i = 0; i < count && environ[i] != NULL; i++)
        if (!is_fixed(environ[i]) &&
            (listed(allowed, environ[i]) || listed(pass_env, environ[i])))
            environment[used++] = environ[i];
    return environment;
}

void enroll_environment_free(char **environment)
{
    OPENSSL_free(environment);
}
