/* SPDX-License-Identifier: Apache-2.0 */
/* hook/sign/signature.h: signatures in files that others have signed. */
#include "hook/sign/signature.h"

#include <openssl/err.h>

#include "hook/sign/token.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static void use(PKCS7 *signature)
{
    struct enroll_problem problem = {0};
    size_t length = 0;
    const unsigned char *value = enroll_signature_value(signature, &length);
    const struct enroll_token_rules rules = {
        .data = value, .length = length, .ca_file = FUZZ_DATA("tsa.pem")};
    PKCS7 *token = enroll_signature_token(signature);
    time_t made = 0;

    if (enroll_signature_valid(signature))
        REQUIRE(enroll_signature_signer(signature) != NULL);
    if (token != NULL && value != NULL)
        enroll_token_check(token, &rules, &made, &problem);
    PKCS7_free(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct place *place = fuzz_place();
    char path[PATH_MAX + 16];
    PKCS7 *signature = NULL;

    snprintf(path, sizeof(path), "%s/signature", place->folder);
    fuzz_write(place->profile_fd, path, data, size);
    signature = size > 0 && data[0] == '-' ? enroll_signature_from_pem(path)
                                           : enroll_signature_from_der(path);
    if (signature != NULL)
        use(signature);
    PKCS7_free(signature);
    ERR_clear_error();
    return 0;
}
