/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the identity file's text. Called by encode.c for a generation's own,
 * and by stages.c for those in between; writes no file.
 */
#include "hook/lifecycle/identity_file.h"

#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>

#include "core/reference.h"
#include "core/uri.h"

/* The block names its generation, so that key and leaf always match. */
static int write_reference(BIO *bio, const char *profile, unsigned long number)
{
    char uri[ENROLL_URI_MAX];
    unsigned char *der = NULL;
    size_t length;
    int ok;

    snprintf(uri, sizeof(uri), "enroll:%s?generation=%lu", profile, number);
    length = enroll_reference_encode(uri, &der);
    ok = length > 0 &&
         PEM_write_bio(bio, ENROLL_REFERENCE_LABEL, "", der, (long)length) > 0;
    OPENSSL_free(der);
    return ok;
}

static int write_one(BIO *bio, const struct enroll_chain *chain, size_t i)
{
    return PEM_write_bio(bio, PEM_STRING_X509, "", chain->certificate[i],
                         (long)chain->size[i]) > 0;
}

static int contains(const struct enroll_chain *chain, const void *certificate,
                    size_t size)
{
    for (size_t i = 1; chain != NULL && i < chain->count; i++)
        if (chain->size[i] == size &&
            memcmp(chain->certificate[i], certificate, size) == 0)
            return 1;
    return 0;
}

/* But for those that are in `without`. */
static int write_intermediates(BIO *bio, const struct enroll_chain *chain,
                               const struct enroll_chain *without)
{
    for (size_t i = 1; i < chain->count; i++)
        if (!contains(without, chain->certificate[i], chain->size[i]) &&
            !write_one(bio, chain, i))
            return 0;
    return 1;
}

int enroll_identity_file(const char *profile, unsigned long number,
                         const struct enroll_chain *first,
                         const struct enroll_chain *second, char **pem,
                         size_t *length)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    int ok = bio != NULL && write_reference(bio, profile, number) &&
             write_one(bio, first, 0) &&
             (second == NULL || write_one(bio, second, 0)) &&
             write_intermediates(bio, first, NULL) &&
             (second == NULL || write_intermediates(bio, second, first));

    if (ok) {
        long size = BIO_get_mem_data(bio, &data);

        *pem = OPENSSL_memdup(data, (size_t)size);
        *length = (size_t)size;
        ok = *pem != NULL;
    }
    BIO_free(bio);
    return ok;
}
