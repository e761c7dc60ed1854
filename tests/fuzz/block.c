/* SPDX-License-Identifier: Apache-2.0 */
/* provider/block.h: any file that a tool with the provider in it decodes. */
#include "provider/block.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include "tests/fuzz/fuzz.h"

static int gets_of(OSSL_CORE_BIO *in, char *text, int size)
{
    return BIO_gets((BIO *)in, text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct enroll_provider provider = {.bio_gets = gets_of};
    BIO *in = BIO_new_mem_buf(data, (int)size);

    REQUIRE(in != NULL);
    /* As decoders do it: block after block, to the end of the file. */
    for (int left = -1; left != BIO_pending(in);) {
        char *uri = NULL;
        enum enroll_block found;

        left = BIO_pending(in);
        found = enroll_block_read(&provider, (OSSL_CORE_BIO *)in, &uri);
        REQUIRE((found == ENROLL_BLOCK_OURS) == (uri != NULL));
        REQUIRE(ERR_peek_error() == 0);
        REQUIRE(left == 0 || BIO_pending(in) < left);
        OPENSSL_free(uri);
    }
    BIO_free(in);
    return 0;
}
