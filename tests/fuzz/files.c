/* SPDX-License-Identifier: Apache-2.0 */
/* See files.h. */
#include "tests/fuzz/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "tests/fuzz/fuzz.h"

#define DATA_MAX 65536

static struct place place;

static void remove_place(void)
{
    place_remove(&place);
}

struct place *fuzz_place(void)
{
    if (place.config != NULL)
        return &place;
    place_make(&place);
    atexit(remove_place);
    place_profile(&place, "");
    return &place;
}

void fuzz_write(int fd, const char *name, const void *data, size_t size)
{
    int file = openat(fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    REQUIRE(file >= 0);
    REQUIRE(size == 0 || write(file, data, size) == (ssize_t)size);
    close(file);
}

unsigned char *fuzz_data(const char *path, long *size)
{
    unsigned char *data = OPENSSL_malloc(DATA_MAX);
    FILE *file = fopen(path, "rb");

    REQUIRE(data != NULL && file != NULL);
    *size = (long)fread(data, 1, DATA_MAX, file);
    fclose(file);
    return data;
}

X509_REQ *fuzz_csr(void)
{
    static X509_REQ *made;

    if (made == NULL) {
        EVP_PKEY *key = EVP_EC_gen("P-256");

        made = X509_REQ_new();
        REQUIRE(X509_REQ_set_pubkey(made, key));
        REQUIRE(X509_REQ_sign(made, key, EVP_sha256()));
        EVP_PKEY_free(key);
    }
    return made;
}

void fuzz_as(const struct fuzz_kind *kinds, const void *data, size_t size)
{
    const struct place *at = fuzz_place();

    for (; kinds->begin != NULL; kinds++) {
        size_t length = strlen(kinds->begin);

        if (size < length || memcmp(data, kinds->begin, length) != 0)
            continue;
        fuzz_write(at->profile_fd, kinds->file, data, size);
        kinds->use(at->profile, at->profile_fd);
        unlinkat(at->profile_fd, kinds->file, 0);
    }
}
