/* SPDX-License-Identifier: Apache-2.0 */
/* core/reference.h: the DER in an identity file that stands for a key. */
#include "core/reference.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "core/uri.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *uri = enroll_reference_decode(data, size), *again = NULL;
    unsigned char *der = NULL;
    size_t length = 0;

    REQUIRE(ERR_peek_error() == 0);
    if (uri == NULL)
        return 0;
    REQUIRE(strlen(uri) <= ENROLL_URI_MAX);
    length = enroll_reference_encode(uri, &der);
    REQUIRE(length > 0);
    again = enroll_reference_decode(der, length);
    REQUIRE(again != NULL && strcmp(again, uri) == 0);
    OPENSSL_free(again);
    OPENSSL_free(der);
    OPENSSL_free(uri);
    return 0;
}
