/* SPDX-License-Identifier: Apache-2.0 */
/* hook/sign/token.h: what a time-stamp authority answers to one request. */
#include "hook/sign/token.h"

#include <openssl/err.h>

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static const struct enroll_token_rules rules = {
    .data = (const unsigned char *)"enroll",
    .length = 6,
    .ca_file = FUZZ_DATA("tsa.pem")};

static TS_REQ *request(void)
{
    static TS_REQ *made;

    if (made == NULL) {
        long size = 0;
        unsigned char *der = fuzz_data(FUZZ_DATA("request.tsq"), &size);
        const unsigned char *at = der;

        made = d2i_TS_REQ(NULL, &at, size);
        OPENSSL_free(der);
        REQUIRE(made != NULL);
    }
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct enroll_problem problem = {0};
    TS_RESP *reply = d2i_TS_RESP(NULL, &data, (long)size);
    PKCS7 *token = NULL;
    time_t made = 0;

    if (reply == NULL) {
        ERR_clear_error();
        return 0;
    }
    token = enroll_token_from_reply(reply, request(), &rules, &problem);
    REQUIRE(token != NULL ||
            (problem.line[0] != '\0' && fuzz_is_line(problem.line)));
    PKCS7_free(token);
    /* A wrong nonce must not keep the rest from being looked at. */
    token = TS_RESP_get_token(reply);
    if (token != NULL && enroll_token_check(token, &rules, &made, &problem))
        REQUIRE(made > 0);
    REQUIRE(ERR_peek_error() == 0);
    TS_RESP_free(reply);
    return 0;
}
