/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where private keys live. One file per custody implements it and one line in
 * custody.c lists it. A key is named on disk by a reference, a string such as
 * "file:intent.p8" or a PKCS#11 URI; the reference is durable before generate
 * returns, so that an order can never outlive its key.
 */
#ifndef ENROLL_HOOK_CUSTODY_CUSTODY_H
#define ENROLL_HOOK_CUSTODY_CUSTODY_H

#include <openssl/x509.h>

#include "core/record.h"
#include "hook/profile.h"

struct enroll_custody_key; /* one opened key */

struct enroll_custody {
    const char *name; /* as in facts: "file" */

    /*
     * A new key for the profile, kept durably in (or named from) the
     * identity's folder; *reference is the caller's: OPENSSL_free.
     */
    int (*generate)(const struct enroll_profile *profile, int profile_fd,
                    char **reference, struct enroll_problem *problem);
    int (*open)(const struct enroll_profile *profile, int profile_fd,
                const char *reference, struct enroll_custody_key **key,
                struct enroll_problem *problem);
    void (*close)(struct enroll_custody_key *key);

    /* Borrowed; at least the public half. */
    EVP_PKEY *(*public_key)(const struct enroll_custody_key *key);
    /* Signs a request whose contents are complete. */
    int (*sign_csr)(struct enroll_custody_key *key, X509_REQ *csr,
                    struct enroll_problem *problem);
    /*
     * Makes the key part of a generation that is being written: writes what
     * belongs into its folder (fsynced) and adds custody, key and key-sha256
     * to facts.
     */
    int (*publish)(struct enroll_custody_key *key, int generation_fd,
                   struct enroll_record *facts, struct enroll_problem *problem);
    /* Forgets a key that only an intent named. */
    void (*discard)(const struct enroll_profile *profile, int profile_fd,
                    const char *reference);
};

/* NULL for a `key =` that no custody knows. */
const struct enroll_custody *enroll_custody_find(const char *key);

#endif
