/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the reference block (core/reference.h) in what a host reads.
 */
#ifndef ENROLL_PROVIDER_BLOCK_H
#define ENROLL_PROVIDER_BLOCK_H

#include "provider/provider.h"

enum enroll_block {
    ENROLL_BLOCK_NONE, /* another block, or none at all */
    ENROLL_BLOCK_OURS,
    ENROLL_BLOCK_BAD /* our label, but not our content */
};

/*
 * Reads in up to and with the last line of its next PEM block. *uri is the
 * caller's (OPENSSL_free) where it is ours. Leaves no error on the queue.
 */
enum enroll_block enroll_block_read(const struct enroll_provider *provider,
                                    OSSL_CORE_BIO *in, char **uri);

#endif
