/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts that are harder on a provider than most tools. Called by the scripts
 * next to it; exits 0 where the identity could be used.
 *
 *   quiet FILE...          reads keys; nothing may stay on the error queue
 *   retry URI              opens and loads again and again after a failure
 *   pair URI COMMAND       key, then COMMAND, then certificate: do they fit?
 *   threads N URI          N threads at once
 *   context URI            with a library context of its own
 *   cycles N URI           loads and unloads N times; must not grow
 *   starved N URI          with only N file descriptors free
 *   ignoring URI           with SIGCHLD ignored
 *   reaping URI            with a handler that reaps every child
 *   blocking URI           with all signals blocked
 *   bare URI               with 0, 1 and 2 closed
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/x509.h>

#include "tests/process.h"

#define ATTEMPTS 3

struct pair {
    EVP_PKEY *key;
    X509 *leaf;
    int others;
};

static void clear(struct pair *pair)
{
    EVP_PKEY_free(pair->key);
    X509_free(pair->leaf);
    memset(pair, 0, sizeof(*pair));
}

/* As careless tools do it: only the end ends the loop. */
static void load(OSSL_LIB_CTX *context, const char *uri, int expect,
                 struct pair *pair)
{
    OSSL_STORE_CTX *store =
        OSSL_STORE_open_ex(uri, context, NULL, NULL, NULL, NULL, NULL, NULL);

    if (store == NULL)
        return;
    if (expect != 0)
        OSSL_STORE_expect(store, expect);
    while (!OSSL_STORE_eof(store)) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);

        if (info == NULL)
            continue;
        if (pair->key == NULL)
            pair->key = OSSL_STORE_INFO_get1_PKEY(info);
        if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_CERT) {
            if (pair->leaf == NULL)
                pair->leaf = OSSL_STORE_INFO_get1_CERT(info);
            else
                pair->others++;
        }
        OSSL_STORE_INFO_free(info);
    }
    OSSL_STORE_close(store);
}

static int fits(const struct pair *pair)
{
    return pair->key != NULL && pair->leaf != NULL &&
           X509_check_private_key(pair->leaf, pair->key);
}

static int usable(const char *uri)
{
    struct pair pair = {.key = NULL};
    int ok;

    load(NULL, uri, 0, &pair);
    ok = fits(&pair);
    clear(&pair);
    return ok;
}

static int quiet(char **files)
{
    for (; *files != NULL; files++) {
        BIO *in = BIO_new_file(*files, "r");
        EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);

        BIO_free(in);
        if (key == NULL || ERR_peek_error() != 0) {
            ERR_print_errors_fp(stderr);
            return 0;
        }
        EVP_PKEY_free(key);
    }
    return 1;
}

static int retry(const char *uri)
{
    int ok = 0;

    for (int i = 0; i < ATTEMPTS; i++)
        ok = usable(uri);
    return ok;
}

static int pair_over(const char *uri, const char *command)
{
    struct pair pair = {.key = NULL};
    int ok;

    load(NULL, uri, OSSL_STORE_INFO_PKEY, &pair);
    if (pair.leaf != NULL || system(command) != 0)
        return 0;
    load(NULL, uri, OSSL_STORE_INFO_CERT, &pair);
    ok = fits(&pair);
    clear(&pair);
    return ok;
}

static void *thread(void *uri)
{
    for (int i = 0; i < ATTEMPTS; i++)
        if (!usable(uri))
            return NULL;
    return uri;
}

static int threads(long count, char *uri)
{
    pthread_t ids[64];
    int ok = 1;

    for (long i = 0; i < count; i++)
        if (pthread_create(&ids[i], NULL, thread, uri) != 0)
            return 0;
    for (long i = 0; i < count; i++) {
        void *result = NULL;

        pthread_join(ids[i], &result);
        ok &= result != NULL;
    }
    return ok;
}

static int cycle(const char *uri)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    struct pair pair = {.key = NULL};
    int ok;

    if (!OSSL_LIB_CTX_load_config(context, getenv("OPENSSL_CONF")))
        return 0;
    load(context, uri, 0, &pair);
    ok = fits(&pair);
    clear(&pair);
    OSSL_LIB_CTX_free(context);
    return ok;
}

/* What the first tenth leaves behind is libcrypto's to keep. */
static int cycles(long count, const char *uri)
{
    long before = 0, open = 0;

    for (long i = 0; i < count; i++) {
        if (i == count / 10) {
            before = process_pages();
            open = process_descriptors();
        }
        if (!cycle(uri))
            return 0;
    }
    fprintf(stderr, "pages: %ld, then %ld\n", before, process_pages());
    return process_pages() - before < 64 && process_descriptors() == open;
}

static int starved(long spare, const char *uri)
{
    struct rlimit limit = {.rlim_cur = 64, .rlim_max = 64};
    int last = 0, ok;

    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
    if (!OSSL_PROVIDER_available(NULL, "enroll") ||
        setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    for (int fd = 0; fd >= 0; fd = dup(STDIN_FILENO))
        last = fd;
    while (spare-- > 0)
        close(last--);
    ok = usable(uri);
    ERR_print_errors_fp(stderr);
    return ok;
}

static void reap(int number)
{
    (void)number;
    for (pid_t pid = 1; pid > 0;)
        pid = waitpid(-1, NULL, WNOHANG);
}

static int with_handler(const char *uri, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    struct sigaction after;

    sigaction(SIGCHLD, &action, NULL);
    return usable(uri) && sigaction(SIGCHLD, NULL, &after) == 0 &&
           after.sa_handler == handler;
}

static int blocking(const char *uri)
{
    sigset_t all, now;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    return usable(uri) && sigprocmask(SIG_SETMASK, NULL, &now) == 0 &&
           sigismember(&now, SIGTERM) && sigismember(&now, SIGPIPE) &&
           sigismember(&now, SIGCHLD);
}

static int bare(const char *uri)
{
    int ok;

    for (int fd = 0; fd < 3; fd++)
        close(fd);
    ok = usable(uri);
    for (int fd = 0; fd < 3; fd++)
        ok &= close(fd) != 0;
    return ok;
}

static int run(const char *what, char **arguments)
{
    const char *uri = arguments[0];

    if (strcmp(what, "quiet") == 0)
        return quiet(arguments);
    if (strcmp(what, "retry") == 0)
        return retry(uri);
    if (strcmp(what, "pair") == 0)
        return pair_over(uri, arguments[1]);
    if (strcmp(what, "threads") == 0)
        return threads(strtol(uri, NULL, 10), arguments[1]);
    if (strcmp(what, "context") == 0)
        return cycle(uri);
    if (strcmp(what, "cycles") == 0)
        return cycles(strtol(uri, NULL, 10), arguments[1]);
    if (strcmp(what, "starved") == 0)
        return starved(strtol(uri, NULL, 10), arguments[1]);
    if (strcmp(what, "ignoring") == 0)
        return with_handler(uri, SIG_IGN);
    if (strcmp(what, "reaping") == 0)
        return with_handler(uri, reap);
    if (strcmp(what, "blocking") == 0)
        return blocking(uri);
    if (strcmp(what, "bare") == 0)
        return bare(uri);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    return run(argv[1], argv + 2) ? 0 : 1;
}
