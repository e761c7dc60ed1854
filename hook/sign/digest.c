/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests files of any size. Called by file.c on what it has made.
 */
#include "hook/sign/digest.h"

#include <stdio.h>

#include <openssl/bio.h>
#include <openssl/evp.h>

void enroll_file_digest(const char *path, char hex[ENROLL_SHA256_HEX])
{
    unsigned char buffer[16384], digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    BIO *file = BIO_new_file(path, "rb");
    unsigned int length = 0;
    int ok, got = 0;

    hex[0] = '\0';
    ok = context != NULL && file != NULL &&
         EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    while (ok && (got = BIO_read(file, buffer, sizeof(buffer))) > 0)
        ok = EVP_DigestUpdate(context, buffer, (size_t)got) == 1;
    if (ok && got == 0 && EVP_DigestFinal_ex(context, digest, &length) == 1)
        for (unsigned int i = 0; i < length; i++)
            snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    BIO_free(file);
    EVP_MD_CTX_free(context);
}
