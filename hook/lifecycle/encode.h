/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a generation contain (core/generation.h). Beyond what
 * readers rely on, facts hold:
 *
 *   issued                    when it was taken into use
 *   jitter-ppm                see times.h
 *   subject, issuer, serial   of the leaf, for people
 *   leaf-sha256, spki-sha256  lower-case hex
 *   key-created, key-uses     when the key was made, and the certificates that
 *                             it has had, this one included
 *   manager, url, order       where it came from
 *   manager-name              which manager of several that is (managers.h)
 *   client-order-id           of the intent it came from
 *   review                    ok, and warnings
 */
#ifndef ENROLL_HOOK_LIFECYCLE_ENCODE_H
#define ENROLL_HOOK_LIFECYCLE_ENCODE_H

#include "hook/lifecycle/publish.h"

struct enroll_encoded {
    unsigned char *der; /* chain.der */
    size_t der_length;
    char *pem; /* identity.pem */
    size_t pem_length;
    struct enroll_record *facts; /* but for what the custody adds */
};

int enroll_encode(const struct enroll_publication *publication,
                  unsigned long number, struct enroll_encoded *encoded,
                  struct enroll_problem *problem);
void enroll_encoded_clear(struct enroll_encoded *encoded);

/* Seconds since the epoch; 0 for a time that can't be understood. */
time_t enroll_asn1_time(const ASN1_TIME *time);

#endif
