/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one generation of an identity as core/generation.h describes it, with
 * a CA of its own. Called by the tests of the provider; shares no code with
 * core or hook, so that a mistake there can't cancel itself out.
 *
 *   make-identity STATE PROFILE [name=value]...
 *
 *   generation=N     1            key=ec|rsa|FILE   ec; FILE: DER to reuse
 *   not-before=S     -3600        all times in seconds from now
 *   not-after=S      86400
 *   renew-at=S       43200        refuse-at=S       86400
 *   renew-by=WORD    signer       custody=WORD      file
 *   intermediates=N  1            current=yes|no    yes
 *   root=FILE        the root in PEM
 *   damage=facts|chain|key|verdict|current          breaks that after writing
 *   hold=REASON      revoked=REASON                 writes a verdict
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define CERTIFICATES_MAX 8

static int option_count;
static char **options;

static void fail(const char *what)
{
    fprintf(stderr, "make-identity: %s (%s)\n", what, strerror(errno));
    ERR_print_errors_fp(stderr);
    exit(70);
}

static const char *option(const char *name, const char *standard)
{
    size_t length = strlen(name);

    for (int i = 0; i < option_count; i++)
        if (strncmp(options[i], name, length) == 0 && options[i][length] == '=')
            return options[i] + length + 1;
    return standard;
}

static long seconds(const char *name, const char *standard)
{
    return strtol(option(name, standard), NULL, 10);
}

static void write_file(const char *path, const void *data, size_t length,
                       mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    if (fd < 0 || write(fd, data, length) != (ssize_t)length || close(fd) != 0)
        fail(path);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        fail(path);
}

static EVP_PKEY *read_key(const char *path)
{
    BIO *file = BIO_new_file(path, "rb");
    EVP_PKEY *key = file == NULL ? NULL : d2i_PrivateKey_bio(file, NULL);

    BIO_free(file);
    return key;
}

static EVP_PKEY *make_key(const char *kind)
{
    EVP_PKEY *key = NULL;

    if (strcmp(kind, "ec") == 0)
        key = EVP_EC_gen("P-256");
    else if (strcmp(kind, "rsa") == 0)
        key = EVP_RSA_gen(3072);
    else
        key = read_key(kind);
    if (key == NULL)
        fail("key");
    return key;
}

static void extension(X509 *certificate, X509 *issuer, int nid,
                      const char *value)
{
    X509_EXTENSION *made = NULL;
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    made = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (made == NULL || !X509_add_ext(certificate, made, -1))
        fail(value);
    X509_EXTENSION_free(made);
}

/* issuer NULL: self-signed. leaf: an end entity for code signing. */
static X509 *make_certificate(const char *name, EVP_PKEY *key, X509 *issuer,
                              EVP_PKEY *issuer_key, long from, long until,
                              int leaf)
{
    X509 *made = X509_new();
    X509_NAME *subject = X509_NAME_new();
    unsigned char serial[8];

    if (made == NULL || subject == NULL || RAND_bytes(serial, 8) != 1)
        fail("certificate");
    serial[0] &= 0x7f;
    serial[0] |= 1;
    X509_set_version(made, 2);
    ASN1_STRING_set(X509_get_serialNumber(made), serial, 8);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_subject_name(made, subject);
    X509_set_issuer_name(made, issuer == NULL ? subject
                                              : X509_get_subject_name(issuer));
    X509_gmtime_adj(X509_getm_notBefore(made), from);
    X509_gmtime_adj(X509_getm_notAfter(made), until);
    X509_set_pubkey(made, key);
    extension(made, issuer == NULL ? made : issuer, NID_basic_constraints,
              leaf ? "critical,CA:FALSE" : "critical,CA:TRUE");
    extension(made, issuer == NULL ? made : issuer, NID_key_usage,
              leaf ? "critical,digitalSignature"
                   : "critical,keyCertSign,cRLSign");
    if (leaf)
        extension(made, issuer, NID_ext_key_usage, "codeSigning");
    if (!X509_sign(made, issuer_key, EVP_sha256()))
        fail("signature");
    X509_NAME_free(subject);
    return made;
}

static void write_root(X509 *root)
{
    const char *path = option("root", NULL);
    BIO *file = path == NULL ? NULL : BIO_new_file(path, "w");

    if (path != NULL && (file == NULL || !PEM_write_bio_X509(file, root)))
        fail(path);
    BIO_free(file);
}

/* The leaf into chain[0], then the intermediates; returns how many. */
static size_t make_chain(EVP_PKEY *key, X509 *chain[CERTIFICATES_MAX])
{
    size_t count = 1 + (size_t)seconds("intermediates", "1");
    const char *profile = option("profile", NULL);
    EVP_PKEY *ca_key = EVP_EC_gen("P-256");
    X509 *issuer = make_certificate("Test Root", ca_key, NULL, ca_key, -864000,
                                    8640000, 0);

    write_root(issuer);
    for (size_t i = count - 1; i > 0; i--) {
        EVP_PKEY *next = EVP_EC_gen("P-256");
        char name[48];

        snprintf(name, sizeof(name), "Test Intermediate %zu", i);
        chain[i] =
            make_certificate(name, next, issuer, ca_key, -864000, 8640000, 0);
        if (i == count - 1)
            X509_free(issuer);
        issuer = chain[i];
        EVP_PKEY_free(ca_key);
        ca_key = next;
    }
    chain[0] = make_certificate(profile, key, issuer, ca_key,
                                seconds("not-before", "-3600"),
                                seconds("not-after", "86400"), 1);
    if (count == 1)
        X509_free(issuer);
    EVP_PKEY_free(ca_key);
    return count;
}

static void hex_digest(const void *data, size_t length, char hex[65])
{
    unsigned char digest[32];

    if (!EVP_Digest(data, length, digest, NULL, EVP_sha256(), NULL))
        fail("digest");
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void write_reference(BIO *out, const char *uri)
{
    static const char description[] = "enroll provider URI v1";
    unsigned char der[128] = {0x30};
    size_t d = strlen(description), u = strlen(uri);

    if (4 + d + u > 127)
        fail("name too long for this helper");
    der[1] = (unsigned char)(4 + d + u);
    der[2] = 0x1a;
    der[3] = (unsigned char)d;
    memcpy(der + 4, description, d);
    der[4 + d] = 0x0c;
    der[5 + d] = (unsigned char)u;
    memcpy(der + 6 + d, uri, u);
    if (!PEM_write_bio(out, "ENROLL PROVIDER URI", "", der, (long)(6 + d + u)))
        fail("reference");
}

static void write_identity(const char *folder, const char *profile,
                           X509 *chain[], size_t count)
{
    char path[4096], uri[128];
    BIO *out = NULL;

    snprintf(path, sizeof(path), "%s/identity.pem", folder);
    snprintf(uri, sizeof(uri), "enroll:%s?generation=%s", profile,
             option("generation", "1"));
    out = BIO_new_file(path, "w");
    if (out == NULL)
        fail(path);
    write_reference(out, uri);
    for (size_t i = 0; i < count; i++)
        PEM_write_bio_X509(out, chain[i]);
    BIO_free(out);
}

/* Returns the digest of what was written; sizes is "1402,1530". */
static void write_chain(const char *folder, X509 *chain[], size_t count,
                        char sizes[128], char hex[65])
{
    static unsigned char all[CERTIFICATES_MAX * 16384];
    unsigned char *at = all;
    char path[4096];

    sizes[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        int length = i2d_X509(chain[i], &at);
        size_t used = strlen(sizes);

        snprintf(sizes + used, 128 - used, "%s%d", i == 0 ? "" : ",", length);
    }
    hex_digest(all, (size_t)(at - all), hex);
    snprintf(path, sizeof(path), "%s/chain.der", folder);
    write_file(path, all, (size_t)(at - all), 0644);
}

static void write_key(const char *folder, EVP_PKEY *key, char hex[65])
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    unsigned char *der = NULL;
    int length = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    char path[4096];

    if (length <= 0)
        fail("PrivateKeyInfo");
    hex_digest(der, (size_t)length, hex);
    snprintf(path, sizeof(path), "%s/key.p8", folder);
    write_file(path, der, (size_t)length, 0600);
    OPENSSL_clear_free(der, (size_t)length);
    PKCS8_PRIV_KEY_INFO_free(info);
}

static void write_facts(const char *folder, const char *sizes,
                        const char *chain_hex, const char *key_hex)
{
    long long now = (long long)time(NULL);
    char path[4096], text[2048];
    int length = snprintf(
        text, sizeof(text),
        "enroll-facts=1\nnot-before=%lld\nnot-after=%lld\nrenew-at=%lld\n"
        "refuse-at=%lld\nrenew-by=%s\ncustody=%s\ncertificates=%s\n"
        "chain-sha256=%s\nkey-sha256=%s\nunknown-fact=yes\nend\n",
        now + seconds("not-before", "-3600"),
        now + seconds("not-after", "86400"), now + seconds("renew-at", "43200"),
        now + seconds("refuse-at", "86400"), option("renew-by", "signer"),
        option("custody", "file"), sizes, chain_hex, key_hex);

    snprintf(path, sizeof(path), "%s/facts", folder);
    write_file(path, text, (size_t)length, 0644);
}

static void write_verdict(const char *home)
{
    const char *hold = option("hold", NULL), *revoked = option("revoked", NULL);
    char path[4096], text[1024] = "enroll-verdict=1\n";

    if (hold == NULL && revoked == NULL)
        return;
    if (hold != NULL)
        snprintf(text + strlen(text), 400, "hold=%s\n", hold);
    if (revoked != NULL)
        snprintf(text + strlen(text), 400, "revoked.%s=%s\n",
                 option("generation", "1"), revoked);
    strcat(text, "end\n");
    snprintf(path, sizeof(path), "%s/verdict", home);
    write_file(path, text, strlen(text), 0644);
}

static void point_current(const char *home, const char *target)
{
    char temporary[4200], path[4200];

    snprintf(temporary, sizeof(temporary), "%s/current.new", home);
    snprintf(path, sizeof(path), "%s/current", home);
    unlink(temporary);
    if (symlink(target, temporary) != 0 || rename(temporary, path) != 0)
        fail(path);
    snprintf(path, sizeof(path), "%s/identity.pem", home);
    if (symlink("current/identity.pem", path) != 0 && errno != EEXIST)
        fail(path);
}

static void damage(const char *home, const char *folder)
{
    const char *what = option("damage", NULL);
    char path[4200];

    if (what == NULL)
        return;
    if (strcmp(what, "current") == 0) {
        point_current(home, "elsewhere");
        return;
    }
    if (strcmp(what, "verdict") == 0)
        snprintf(path, sizeof(path), "%s/verdict", home);
    else
        snprintf(path, sizeof(path), "%s/%s%s", folder, what,
                 strcmp(what, "chain") == 0 ? ".der"
                 : strcmp(what, "key") == 0 ? ".p8"
                                            : "");
    write_file(path, "damage\n", 7, 0600);
}

int main(int argc, char **argv)
{
    char home[2048], folder[2200], target[64], profile[80];
    char sizes[128], chain_hex[65], key_hex[65];
    X509 *chain[CERTIFICATES_MAX] = {NULL};
    EVP_PKEY *key = NULL;
    size_t count;

    if (argc < 3)
        fail("usage: make-identity STATE PROFILE [name=value]...");
    snprintf(profile, sizeof(profile), "profile=%s", argv[2]);
    argv[2] = profile;
    option_count = argc - 2;
    options = argv + 2;
    snprintf(home, sizeof(home), "%s/%s", argv[1], profile + 8);
    make_folder(argv[1]);
    make_folder(home);
    snprintf(folder, sizeof(folder), "%s/generations", home);
    make_folder(folder);
    snprintf(target, sizeof(target), "generations/%010ld",
             seconds("generation", "1"));
    snprintf(folder, sizeof(folder), "%s/%s", home, target);
    make_folder(folder);

    key = make_key(option("key", "ec"));
    count = make_chain(key, chain);
    write_chain(folder, chain, count, sizes, chain_hex);
    write_identity(folder, profile + 8, chain, count);
    write_key(folder, key, key_hex);
    write_facts(folder, sizes, chain_hex, key_hex);
    write_verdict(home);
    if (strcmp(option("current", "yes"), "yes") == 0)
        point_current(home, target);
    damage(home, folder);
    for (size_t i = 0; i < count; i++)
        X509_free(chain[i]);
    EVP_PKEY_free(key);
    return 0;
}
