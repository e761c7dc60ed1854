/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a private key from a file. Called by import. The passphrase is never
 * taken from a command line or the environment.
 */
#include "hook/command/key_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/decoder.h>
#include <openssl/err.h>

struct question {
    const char *path;
    int asked;
};

static int ask(char *buffer, int size, int encrypting, void *context)
{
    struct question *question = context;
    char prompt[256];

    (void)encrypting;
    question->asked = 1;
    if (!isatty(STDIN_FILENO))
        return -1;
    snprintf(prompt, sizeof(prompt), "Passphrase of %.200s: ", question->path);
    if (EVP_read_pw_string(buffer, size, prompt, 0) != 0)
        return -1;
    return (int)strlen(buffer);
}

static EVP_PKEY *decode(BIO *file, struct question *question)
{
    EVP_PKEY *pkey = NULL;
    OSSL_DECODER_CTX *decoder = OSSL_DECODER_CTX_new_for_pkey(
        &pkey, NULL, NULL, NULL, EVP_PKEY_KEYPAIR, NULL, NULL);

    if (decoder == NULL ||
        !OSSL_DECODER_CTX_set_pem_password_cb(decoder, ask, question) ||
        !OSSL_DECODER_from_bio(decoder, file)) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    OSSL_DECODER_CTX_free(decoder);
    return pkey;
}

EVP_PKEY *enroll_key_file_read(const char *path, struct enroll_problem *problem)
{
    struct question question = {.path = path};
    BIO *file = BIO_new_file(path, "r");
    EVP_PKEY *pkey = NULL;

    if (file == NULL)
        enroll_problem_set(problem, ENROLL_KEY, "cannot open the key %s: %s",
                           path, strerror(errno));
    else if ((pkey = decode(file, &question)) == NULL)
        enroll_problem_set(problem, ENROLL_KEY, "%s: %s", path,
                           !question.asked
                               ? "is not a private key in PEM or DER"
                           : isatty(STDIN_FILENO)
                               ? "the passphrase does not open it"
                               : "is encrypted, and there is no terminal to "
                                 "ask for its passphrase");
    ERR_clear_error();
    BIO_free(file);
    return pkey;
}
