/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that is all a provider can fear: many threads, forks among them, and
 * the module loaded and unloaded again and again. Called by `threads`.
 *
 *   threads sign COUNT ROUNDS NAME...  threads, each using every NAME (a URI,
 *                                      or an identity file) so often
 *   threads fork COUNT TIMES NAME...   threads, until so many children have
 *                                      signed, or not: prints how they ended
 *   threads cycles N URI               a library context with the module, made
 *                                      and freed N times; prints what grew
 *
 * 0 where key and certificate were a pair that signs, each time.
 */
#include <dlfcn.h>
#include <execinfo.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/x509.h>

#include "tests/process.h"

#define THREADS_MAX   64
#define CHILD_SECONDS 5
#define BATCH         10

/* How a child ended that did not sign. */
enum { BAD = 1, OURS, OTHERS, UNKNOWN };

struct pair {
    EVP_PKEY *key;
    X509 *leaf;
};

static char **names;
static long rounds; /* 0: until stopped */
static atomic_int stop, failures;

static void clear(struct pair *pair)
{
    EVP_PKEY_free(pair->key);
    X509_free(pair->leaf);
}

static void from_store(OSSL_LIB_CTX *context, const char *uri,
                       struct pair *pair)
{
    OSSL_STORE_CTX *store =
        OSSL_STORE_open_ex(uri, context, NULL, NULL, NULL, NULL, NULL, NULL);

    while (store != NULL && !OSSL_STORE_eof(store)) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);

        if (info == NULL)
            continue;
        if (pair->key == NULL)
            pair->key = OSSL_STORE_INFO_get1_PKEY(info);
        if (pair->leaf == NULL)
            pair->leaf = OSSL_STORE_INFO_get1_CERT(info);
        OSSL_STORE_INFO_free(info);
    }
    OSSL_STORE_close(store);
}

/* As a tool does it that opens one file twice. */
static void from_file(const char *path, struct pair *pair)
{
    char text[16384];
    FILE *file = fopen(path, "r");
    size_t size = file == NULL ? 0 : fread(text, 1, sizeof(text), file);
    BIO *key = BIO_new_mem_buf(text, (int)size);
    BIO *leaf = BIO_new_mem_buf(text, (int)size);

    pair->leaf = PEM_read_bio_X509(leaf, NULL, NULL, NULL);
    pair->key = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);
    BIO_free(key);
    BIO_free(leaf);
    if (file != NULL)
        fclose(file);
}

static int signs(OSSL_LIB_CTX *context, const struct pair *pair)
{
    unsigned char signature[1024];
    size_t size = sizeof(signature);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    int ok = EVP_DigestSignInit_ex(digest, NULL, "SHA256", context, NULL,
                                   pair->key, NULL) == 1 &&
             EVP_DigestSign(digest, signature, &size, (const void *)"enroll",
                            6) == 1;

    EVP_MD_CTX_free(digest);
    return ok;
}

static int use(OSSL_LIB_CTX *context, const char *name)
{
    struct pair pair = {.key = NULL};
    int ok;

    if (*name == '/')
        from_file(name, &pair);
    else
        from_store(context, name, &pair);
    ok = pair.key != NULL && pair.leaf != NULL &&
         X509_check_private_key(pair.leaf, pair.key) && signs(context, &pair);
    clear(&pair);
    return ok;
}

static void *thread(void *number)
{
    long round = (long)number; /* so that not all begin with the same name */
    long last = round + rounds;
    int count = 0;

    while (names[count] != NULL)
        count++;
    for (; rounds == 0 ? !stop : round < last; round++)
        if (!use(NULL, names[round % count]) && failures++ < 4) {
            fprintf(stderr, "%s:\n", names[round % count]);
            ERR_print_errors_fp(stderr);
        }
    return NULL;
}

static void start(pthread_t ids[THREADS_MAX], long count)
{
    for (long i = 0; i < count; i++)
        if (pthread_create(&ids[i], NULL, thread, (void *)i) != 0)
            exit(70);
}

static void join(pthread_t ids[THREADS_MAX], long count)
{
    for (long i = 0; i < count; i++)
        pthread_join(ids[i], NULL);
}

/*
 * A child that hangs waits for a lock that another thread had when it was
 * forked. Whose? The caller of libcrypto's lock function has it.
 */
static void hangs(int number)
{
    void *frames[64];
    int count = backtrace(frames, 64), lock = -1;
    Dl_info info;

    (void)number;
    for (int i = 0; i < count; i++) {
        if (dladdr(frames[i], &info) == 0)
            continue;
        if (lock >= 0)
            _exit(strstr(info.dli_fname, "enroll.so") != NULL ? OURS : OTHERS);
        if (info.dli_sname != NULL &&
            strncmp(info.dli_sname, "CRYPTO_THREAD_", 14) == 0)
            lock = i;
    }
    backtrace_symbols_fd(frames, count, STDERR_FILENO);
    _exit(UNKNOWN);
}

/* A child of a process that is in the middle of anything. */
static pid_t start_child(const char *name)
{
    pid_t pid = fork();

    if (pid == 0) {
        signal(SIGALRM, hangs);
        alarm(CHILD_SECONDS);
        _exit(use(NULL, name) ? 0 : BAD);
    }
    return pid;
}

static int forks(long count, long times)
{
    pthread_t ids[THREADS_MAX];
    pid_t children[BATCH];
    int ends[256] = {0}, status = 0, kinds = 0;

    while (names[kinds] != NULL)
        kinds++;
    backtrace((void *[1]){NULL}, 1); /* loads what it needs */
    start(ids, count);
    for (long i = 0; i < times; i += BATCH) {
        for (int k = 0; k < BATCH; k++)
            children[k] = start_child(names[(i + k) % kinds]);
        for (int k = 0; k < BATCH; k++) {
            if (waitpid(children[k], &status, 0) != children[k] ||
                !WIFEXITED(status))
                ends[BAD]++;
            else
                ends[WEXITSTATUS(status)]++;
        }
    }
    stop = 1;
    join(ids, count);
    printf("signed %d\nfailed %d\nours %d\nlibcrypto %d\nunknown %d\n", ends[0],
           ends[BAD], ends[OURS], ends[OTHERS], ends[UNKNOWN]);
    return ends[0] + ends[OTHERS] == times;
}

/* What the first tenth leaves behind is made once, whoever does it. */
static int cycles(long count, const char *uri)
{
    long pages = 0, ok = 0;
    size_t heap = 0;
    int open = 0;

    for (long i = 0; i < count; i++) {
        OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();

        if (i == count / 10) {
            pages = process_pages();
            heap = mallinfo2().uordblks;
            open = process_descriptors();
        }
        ok += OSSL_LIB_CTX_load_config(context, getenv("OPENSSL_CONF")) &&
              use(context, uri);
        OSSL_LIB_CTX_free(context);
    }
    printf("pages %ld\nheap %ld\ndescriptors %d\n", process_pages() - pages,
           (long)mallinfo2().uordblks - (long)heap,
           process_descriptors() - open);
    return ok == count;
}

int main(int argc, char **argv)
{
    pthread_t ids[THREADS_MAX];
    long count;

    if (argc < 4)
        return 2;
    count = strtol(argv[2], NULL, 10);
    if (strcmp(argv[1], "cycles") == 0)
        return !cycles(count, argv[3]);
    if (argc < 5 || count < 1 || count > THREADS_MAX)
        return 2;
    names = argv + 4;
    if (strcmp(argv[1], "fork") == 0)
        return !(forks(count, strtol(argv[3], NULL, 10)) && failures == 0);
    rounds = strtol(argv[3], NULL, 10);
    start(ids, count);
    join(ids, count);
    return failures != 0;
}
