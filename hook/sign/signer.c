/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The identity that signs: its leaf, and which other certificates are its own.
 * Called by sign; reads state and never changes it.
 */
#include "hook/sign/sign.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/identity.h"

static X509 *leaf_of(int profile_fd, const char *profile, unsigned long number,
                     struct enroll_problem *problem)
{
    struct enroll_generation *generation = NULL;
    struct enroll_chain chain = {0};
    const unsigned char *at;
    X509 *leaf = NULL;

    if (enroll_generation_open(profile_fd, profile, number, &generation,
                               problem) != ENROLL_FOUND)
        return NULL;
    if (enroll_generation_chain(generation, &chain, problem)) {
        at = chain.certificate[0];
        leaf = d2i_X509(NULL, &at, (long)chain.size[0]);
        if (leaf == NULL)
            enroll_problem_set(problem, ENROLL_CONFIGURATION,
                               "generation %lu holds no readable certificate",
                               number);
    }
    enroll_chain_clear(&chain);
    enroll_generation_free(generation);
    return leaf;
}

int enroll_signer_identity(struct enroll_signer *signer,
                           unsigned long generation,
                           struct enroll_problem *problem)
{
    const struct enroll_profile *profile = signer->profile;
    char path[ENROLL_GENERATION_PATH];
    int fd = -1, length;

    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "there is no generation %lu any more; run it again",
                       generation);
    if (enroll_identity_open(profile->state, profile->name, &fd, problem) !=
        ENROLL_FOUND)
        return 0;
    X509_free(signer->leaf);
    signer->leaf = leaf_of(fd, profile->name, generation, problem);
    close(fd);
    if (signer->leaf == NULL)
        return 0;
    enroll_generation_path(generation, path);
    length =
        snprintf(signer->identity, sizeof(signer->identity),
                 "%s/%s/%s/identity.pem", profile->state, profile->name, path);
    signer->generation = generation;
    return length > 0 && (size_t)length < sizeof(signer->identity);
}

void enroll_signer_clear(struct enroll_signer *signer)
{
    X509_free(signer->leaf);
    signer->leaf = NULL;
    enroll_tool_clear(&signer->tool);
}

static int kept_leaf(int fd, const char *profile, X509 *certificate)
{
    int folder = openat(fd, "generations", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = folder < 0 ? NULL : fdopendir(folder);
    const struct dirent *entry;
    int found = 0;

    if (listing == NULL) {
        if (folder >= 0)
            close(folder);
        return 0;
    }
    while (!found && (entry = readdir(listing)) != NULL) {
        char *end = NULL;
        unsigned long number = strtoul(entry->d_name, &end, 10);
        X509 *leaf = NULL;

        /* A damaged one was set aside under another name. */
        if (*end != '\0' || number == 0)
            continue;
        leaf = leaf_of(fd, profile, number, NULL);
        found = leaf != NULL && X509_cmp(leaf, certificate) == 0;
        X509_free(leaf);
    }
    closedir(listing);
    return found;
}

int enroll_signer_is_ours(const struct enroll_signer *signer, X509 *certificate)
{
    const struct enroll_profile *profile = signer->profile;
    int fd = -1, ours;

    if (certificate == NULL)
        return 0;
    ERR_set_mark();
    ours = EVP_PKEY_eq(X509_get0_pubkey(certificate),
                       X509_get0_pubkey(signer->leaf)) == 1;
    ERR_pop_to_mark();
    if (!ours && enroll_identity_open(profile->state, profile->name, &fd,
                                      NULL) == ENROLL_FOUND) {
        ours = kept_leaf(fd, profile->name, certificate);
        close(fd);
    }
    return ours;
}
