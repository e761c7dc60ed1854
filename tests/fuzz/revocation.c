/* SPDX-License-Identifier: Apache-2.0 */
/* hook/revocation: what responders and lists say of one certificate. */
#include <openssl/err.h>
#include <openssl/pem.h>

#include "hook/revocation/crl.h"
#include "hook/revocation/ocsp.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

/* When the corpus and the certificates of data/chain.pem were made. */
#define MADE 1795374113

static const struct enroll_revocation_of *about(void)
{
    static struct enroll_revocation_of of = {.now = MADE, .tolerance = 300};

    if (of.leaf == NULL) {
        BIO *file = BIO_new_file(FUZZ_DATA("chain.pem"), "r");

        of.leaf = PEM_read_bio_X509(file, NULL, NULL, NULL);
        of.issuer = PEM_read_bio_X509(file, NULL, NULL, NULL);
        REQUIRE(of.leaf != NULL && of.issuer != NULL);
        BIO_free(file);
    }
    return &of;
}

static void check(const struct enroll_revocation_result *result)
{
    REQUIRE(fuzz_is_line(result->why) && fuzz_is_line(result->date));
    REQUIRE((result->status == ENROLL_REVOCATION_UNKNOWN) ==
            (result->source == NULL));
    REQUIRE(result->status != ENROLL_REVOCATION_UNKNOWN ||
            result->why[0] != '\0');
    REQUIRE(*enroll_revocation_reason(result->reason) != '\0');
    REQUIRE(ERR_peek_error() == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static OCSP_REQUEST *request;
    struct enroll_revocation_result result;

    if (request == NULL)
        request = enroll_ocsp_request(about()->leaf, about()->issuer);
    REQUIRE(request != NULL);
    enroll_ocsp_judge(data, size, request, about(), &result);
    check(&result);
    enroll_crl_judge(data, size, about(), &result);
    check(&result);
    return 0;
}
