/* SPDX-License-Identifier: Apache-2.0 */
/* The reference block: ours is read, everything else is passed by silently. */
#include "core/reference.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "tests/unit/check.h"

static void passes_by(const unsigned char *der, size_t length)
{
    char *uri = enroll_reference_decode(der, length);

    CHECK(uri == NULL);
    CHECK(ERR_peek_error() == 0);
    OPENSSL_free(uri);
}

int main(void)
{
    static const char text[] = "enroll:release?generation=7";
    unsigned char *der = NULL, changed[256];
    size_t length = enroll_reference_encode(text, &der);
    char *uri = NULL;

    CHECK(length > 0 && length < sizeof(changed));
    uri = enroll_reference_decode(der, length);
    CHECK_STRING(uri, text);
    OPENSSL_free(uri);

    for (size_t i = 0; i < length; i++)
        passes_by(der, i); /* truncated */
    memcpy(changed, der, length);
    changed[length] = 0;
    passes_by(changed, length + 1); /* something behind it */
    changed[6] ^= 1;
    passes_by(changed, length); /* another description */
    passes_by((const unsigned char *)"-----BEGIN", 10);
    passes_by((const unsigned char *)"", 0);
    OPENSSL_free(der);
    return CHECK_DONE();
}
