/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one opened store or one decoded reference may hand to a tool: key and
 * chain of one generation, read and checked before the first of them goes out.
 */
#ifndef ENROLL_PROVIDER_HANDOUT_H
#define ENROLL_PROVIDER_HANDOUT_H

#include "core/identity.h"
#include "core/uri.h"
#include "provider/provider.h"

enum { ENROLL_WANT_KEY = 1, ENROLL_WANT_CHAIN = 2 };

struct enroll_handout {
    struct enroll_pin *pin;
    unsigned char *key; /* DER PrivateKeyInfo */
    size_t key_length;
    struct enroll_chain chain; /* leaf first */
    int renewal_due;
};

/*
 * Fills *handout with what is wanted of uri's profile: at once where the
 * identity is usable, otherwise after the hook has made it so. 1, or 0 with
 * the refusal raised and printed. The caller releases *handout in both cases.
 */
int enroll_handout_take(struct enroll_provider *provider,
                        const struct enroll_uri *uri, int wanted,
                        struct enroll_handout *handout);

/* Cleanses the key; to be called as soon as it has been handed out. */
void enroll_handout_clear_key(struct enroll_handout *handout);

/*
 * Lets go of everything and, where renewal is due and it falls to the signer,
 * has it started in the background.
 */
void enroll_handout_release(struct enroll_provider *provider,
                            struct enroll_handout *handout);

#endif
