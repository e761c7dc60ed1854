/* SPDX-License-Identifier: Apache-2.0 */
/* A delivery (hook/protocol/pem.h), and the review of what was in it. */
#include "hook/protocol/pem.h"

#include <openssl/err.h>

#include "hook/lifecycle/review.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static const struct enroll_profile *profile(void)
{
    static struct enroll_profile made;

    if (made.name == NULL) {
        made = *fuzz_place()->profile;
        made.anchor = FUZZ_DATA("anchor.pem");
    }
    return &made;
}

static void review(STACK_OF(X509) * certificates)
{
    struct enroll_review result = {.chain = NULL};
    struct enroll_problem problem = {0};
    X509 *first = sk_X509_value(certificates, 0);
    EVP_PKEY *key = X509_get0_pubkey(first);

    for (int i = 0; i < sk_X509_num(certificates); i++) {
        struct enroll_findings findings = {.fault = ""};

        enroll_review_leaf(profile(), sk_X509_value(certificates, i),
                           &findings);
        enroll_review_issuer(profile(), sk_X509_value(certificates, i),
                             &findings);
    }
    if (key == NULL)
        return;
    if (enroll_review(profile(), key, certificates, 1795392000, &result,
                      &problem) == ENROLL_REVIEW_GOOD) {
        REQUIRE(sk_X509_num(result.chain) > 0);
        enroll_review_clear(&result);
    } else {
        REQUIRE(problem.line[0] != '\0' && fuzz_is_line(problem.line));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    STACK_OF(X509) *certificates = NULL;
    struct enroll_problem problem;

    if (enroll_certificates_read(data, size, &certificates, &problem)) {
        REQUIRE(sk_X509_num(certificates) > 0);
        REQUIRE(sk_X509_num(certificates) <= ENROLL_CERTIFICATES_MAX);
        review(certificates);
        sk_X509_pop_free(certificates, X509_free);
    } else {
        REQUIRE(fuzz_is_line(problem.line));
    }
    ERR_clear_error();
    return 0;
}
