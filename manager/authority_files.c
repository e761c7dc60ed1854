/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and certificates of the authorities as files of DIR/ca. Called by
 * authority.c only.
 */
#include "authority_files.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>

#include "certificate.h"
#include "files.h"
#include "text.h"

/* folder/name.end in memory of its own that is wiped, or NULL. */
static BIO *pem_open(const char *folder, const char *name, const char *end)
{
    char *file = text_format("%s.%s", name, end);
    size_t length = 0;
    char *pem = file != NULL ? file_read(folder, file, 65536, &length) : NULL;
    BIO *bio = pem != NULL ? BIO_new(BIO_s_secmem()) : NULL;

    if (bio != NULL && BIO_write(bio, pem, (int)length) != (int)length) {
        BIO_free(bio);
        bio = NULL;
    }
    if (pem != NULL)
        OPENSSL_cleanse(pem, length);
    free(pem);
    free(file);
    return bio;
}

EVP_PKEY *authority_key_load(const char *folder, const char *name)
{
    BIO *bio = pem_open(folder, name, "key");
    EVP_PKEY *key = NULL;

    if (bio != NULL)
        key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    if (bio != NULL && key == NULL)
        complain_crypto(name);
    BIO_free(bio);
    return key;
}

int authority_key_save(const char *folder, const char *name, EVP_PKEY *key)
{
    char *file = text_format("%s.key", name);
    BIO *bio = BIO_new(BIO_s_secmem());
    char *data = NULL;
    long length = 0;
    int ok = 0;

    if (file != NULL && bio != NULL &&
        PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))
        length = BIO_get_mem_data(bio, &data);
    if (length > 0)
        ok = file_write(folder, file, data, (size_t)length, 0600);
    BIO_free(bio);
    free(file);
    return ok;
}

X509 *authority_certificate_load(const char *folder, const char *name)
{
    BIO *bio = pem_open(folder, name, "pem");
    X509 *cert = NULL;

    if (bio != NULL)
        cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    if (bio != NULL && cert == NULL)
        complain_crypto(name);
    BIO_free(bio);
    return cert;
}

int authority_certificate_save(const char *folder, const char *name, X509 *cert)
{
    char *file = text_format("%s.pem", name);
    char *pem = cert_pem(cert);
    int ok = file != NULL && pem != NULL &&
             file_write(folder, file, pem, strlen(pem), 0644);

    free(pem);
    free(file);
    return ok;
}

int authority_part_exists(const char *folder, const char *name, const char *end)
{
    char *file = text_format("%s.%s", name, end);
    int there = file != NULL && file_exists(folder, file);

    free(file);
    return there;
}
