/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys in files. Called by the lifecycle under the identity's lock. Private
 * bytes are cleansed as soon as they are written or parsed.
 */
#include "hook/custody/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "hook/durable.h"

#define GROUP_BUFFER 65536

struct enroll_custody_key {
    EVP_PKEY *pkey;
    const struct enroll_profile *profile;
};

static int crypto_failed(const char *what, struct enroll_problem *problem)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    enroll_problem_set(problem, ENROLL_KEY, "cannot %s: %s", what,
                       reason == NULL ? "libcrypto does not say why" : reason);
    ERR_clear_error();
    return 0;
}

static EVP_PKEY *make_key(enum enroll_key_type type)
{
    switch (type) {
    case ENROLL_RSA_3072: return EVP_RSA_gen(3072);
    case ENROLL_RSA_4096: return EVP_RSA_gen(4096);
    case ENROLL_EC_P256: return EVP_EC_gen("P-256");
    case ENROLL_EC_P384: return EVP_EC_gen("P-384");
    }
    return NULL;
}

/* DER PrivateKeyInfo; OPENSSL_clear_free(*der, length). */
static int encode(const EVP_PKEY *pkey, unsigned char **der)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
    int length = -1;

    *der = NULL;
    if (info != NULL)
        length = i2d_PKCS8_PRIV_KEY_INFO(info, der);
    PKCS8_PRIV_KEY_INFO_free(info);
    return length;
}

static EVP_PKEY *decode(const unsigned char *der, size_t length)
{
    const unsigned char *at = der;
    PKCS8_PRIV_KEY_INFO *info =
        d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)length);
    EVP_PKEY *pkey = NULL;

    if (info != NULL && at == der + length)
        pkey = EVP_PKCS82PKEY(info);
    PKCS8_PRIV_KEY_INFO_free(info);
    return pkey;
}

int enroll_custody_file_adopt(int profile_fd, const EVP_PKEY *pkey,
                              struct enroll_problem *problem)
{
    unsigned char *der = NULL;
    int length = encode(pkey, &der);
    int ok;

    if (length <= 0)
        return crypto_failed("encode the private key", problem);
    ok = enroll_durable_write(profile_fd, ENROLL_INTENT_KEY_FILE,
                              ENROLL_MODE_SECRET, der, (size_t)length, problem);
    OPENSSL_clear_free(der, (size_t)length);
    return ok;
}

static int file_generate(const struct enroll_profile *profile, int profile_fd,
                         char **reference, struct enroll_problem *problem)
{
    EVP_PKEY *pkey = make_key(profile->key_type);
    char *text = OPENSSL_strdup(ENROLL_INTENT_KEY);
    int ok = 0;

    if (pkey == NULL || text == NULL)
        crypto_failed("make a private key", problem);
    else
        ok = enroll_custody_file_adopt(profile_fd, pkey, problem);
    EVP_PKEY_free(pkey);
    if (!ok) {
        OPENSSL_free(text);
        return 0;
    }
    *reference = text;
    return 1;
}

static int gone(const char *what, struct enroll_problem *problem)
{
    return enroll_problem_set(problem, ENROLL_KEY,
                              "the private key %s is missing; what was "
                              "ordered for it can't be used any more: run "
                              "enroll-hook resolve PROFILE --abandon",
                              what);
}

static int read_intent_key(int profile_fd, unsigned char **der, size_t *length,
                           struct enroll_problem *problem)
{
    char *data = NULL;
    enum enroll_found found = enroll_trust_read_secret(
        profile_fd, ENROLL_INTENT_KEY_FILE, ENROLL_INTENT_KEY_FILE,
        ENROLL_KEY_MAX, &data, length, problem);

    if (found == ENROLL_FOUND_MISSING)
        return gone(ENROLL_INTENT_KEY_FILE, problem);
    if (found == ENROLL_FOUND_BAD)
        return 0;
    *der = (unsigned char *)data;
    return 1;
}

static int read_generation_key(int profile_fd, const char *reference,
                               unsigned char **der, size_t *length,
                               struct enroll_problem *problem)
{
    struct enroll_generation *generation = NULL;
    unsigned long number = strtoul(strchr(reference, ':') + 1, NULL, 10);
    enum enroll_found found = ENROLL_FOUND_MISSING;
    int ok = 0;

    if (number > 0)
        found = enroll_generation_open(profile_fd, "the key's generation",
                                       number, &generation, problem);
    if (found == ENROLL_FOUND_MISSING)
        return gone(reference, problem);
    if (found == ENROLL_FOUND)
        ok = enroll_generation_key(generation, der, length, problem);
    enroll_generation_free(generation);
    return ok;
}

static int file_open(const struct enroll_profile *profile, int profile_fd,
                     const char *reference, struct enroll_custody_key **key,
                     struct enroll_problem *problem)
{
    struct enroll_custody_key *result = NULL;
    unsigned char *der = NULL;
    size_t length = 0;
    int ok;

    if (strcmp(reference, ENROLL_INTENT_KEY) == 0)
        ok = read_intent_key(profile_fd, &der, &length, problem);
    else if (strncmp(reference, "generation:", 11) == 0)
        ok = read_generation_key(profile_fd, reference, &der, &length, problem);
    else
        ok = enroll_problem_set(problem, ENROLL_KEY,
                                "'%.200s' names no key in a file", reference);
    if (!ok)
        return 0;
    result = OPENSSL_zalloc(sizeof(*result));
    if (result != NULL) {
        result->profile = profile;
        result->pkey = decode(der, length);
    }
    OPENSSL_clear_free(der, length + 1);
    if (result == NULL || result->pkey == NULL) {
        OPENSSL_free(result);
        return crypto_failed("understand the private key's file", problem);
    }
    *key = result;
    return 1;
}

static void file_close(struct enroll_custody_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    OPENSSL_free(key);
}

static EVP_PKEY *file_public_key(const struct enroll_custody_key *key)
{
    return key->pkey;
}

static int file_sign_csr(struct enroll_custody_key *key, X509_REQ *csr,
                         struct enroll_problem *problem)
{
    const EVP_MD *digest =
        EVP_PKEY_get_bits(key->pkey) == 384 ? EVP_sha384() : EVP_sha256();

    return X509_REQ_sign(csr, key->pkey, digest) > 0 ||
           crypto_failed("sign the certificate request", problem);
}

static int find_group(const char *name, gid_t *gid,
                      struct enroll_problem *problem)
{
    struct group group, *found = NULL;
    char *buffer = OPENSSL_malloc(GROUP_BUFFER);

    if (buffer != NULL)
        getgrnam_r(name, &group, buffer, GROUP_BUFFER, &found);
    if (found != NULL)
        *gid = found->gr_gid;
    OPENSSL_free(buffer);
    return found != NULL ||
           enroll_problem_set(problem, ENROLL_CONFIGURATION,
                              "key-group: there is no group '%.64s' here; "
                              "make it, or change the setting",
                              name);
}

/* The group may read, nobody else; set before the generation has its name. */
static int share_with_group(int generation_fd, const char *name,
                            struct enroll_problem *problem)
{
    gid_t gid = 0;
    int file, ok;

    if (!find_group(name, &gid, problem))
        return 0;
    file = openat(generation_fd, "key.p8", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ok = file >= 0 && fchown(file, (uid_t)-1, gid) == 0 &&
         fchmod(file, 0640) == 0 && fsync(file) == 0;
    if (!ok)
        enroll_problem_set(problem, ENROLL_CONFIGURATION,
                           "key-group: cannot give the key to group "
                           "'%.64s': %s; you have to be a member of it",
                           name, strerror(errno));
    if (file >= 0)
        close(file);
    return ok;
}

static int file_publish(struct enroll_custody_key *key, int generation_fd,
                        struct enroll_record *facts,
                        struct enroll_problem *problem)
{
    const char *group = key->profile->key_group;
    unsigned char *der = NULL;
    char hex[ENROLL_SHA256_HEX];
    int length = encode(key->pkey, &der);
    int ok;

    if (length <= 0)
        return crypto_failed("encode the private key", problem);
    ok = enroll_durable_write(generation_fd, "key.p8", ENROLL_MODE_SECRET, der,
                              (size_t)length, problem);
    if (ok && (!enroll_sha256_hex(der, (size_t)length, hex) ||
               !enroll_record_set(facts, "custody", "file") ||
               !enroll_record_set(facts, "key", "file:key.p8") ||
               !enroll_record_set(facts, "key-sha256", "%s", hex)))
        ok = enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    OPENSSL_clear_free(der, (size_t)length);
    return ok &&
           (group == NULL || share_with_group(generation_fd, group, problem));
}

static void file_discard(const struct enroll_profile *profile, int profile_fd,
                         const char *reference)
{
    (void)profile;
    if (strcmp(reference, ENROLL_INTENT_KEY) == 0)
        enroll_durable_remove(profile_fd, ENROLL_INTENT_KEY_FILE, NULL);
}

const struct enroll_custody enroll_custody_file = {
    .name = "file",
    .generate = file_generate,
    .open = file_open,
    .close = file_close,
    .public_key = file_public_key,
    .sign_csr = file_sign_csr,
    .publish = file_publish,
    .discard = file_discard,
};
