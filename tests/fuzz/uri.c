/* SPDX-License-Identifier: Apache-2.0 */
/* core/uri.h: what any tool may give as the name of an identity. */
#include "core/uri.h"

#include "tests/fuzz/fuzz.h"

/* Written out in full it has to mean the same. */
static void read_again(const struct enroll_uri *uri)
{
    char text[ENROLL_URI_MAX];
    struct enroll_uri again;
    const char *why = NULL;
    int length = snprintf(text, sizeof(text), "enroll://%s%s", uri->profile,
                          uri->chain_only ? "?part=chain" : "?");
    int room = (int)sizeof(text);

    if (uri->min_remaining >= 0)
        length += snprintf(text + length, (size_t)(room - length),
                           "&min-remaining=%lds", uri->min_remaining);
    if (uri->generation != 0)
        snprintf(text + length, (size_t)(room - length), "&generation=%lu",
                 uri->generation);
    REQUIRE(enroll_uri_parse(text, &again, &why) == ENROLL_URI_OK);
    REQUIRE(strcmp(again.profile, uri->profile) == 0);
    REQUIRE(again.min_remaining == uri->min_remaining);
    REQUIRE(again.generation == uri->generation);
    REQUIRE(again.chain_only == uri->chain_only);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct enroll_uri uri;
    const char *why = NULL;

    switch (enroll_uri_parse(text, &uri, &why)) {
    case ENROLL_URI_FOREIGN: break;
    case ENROLL_URI_BAD: REQUIRE(why != NULL); break;
    case ENROLL_URI_OK:
        REQUIRE(enroll_profile_name_ok(uri.profile));
        REQUIRE(strchr(uri.profile, '/') == NULL);
        read_again(&uri);
        break;
    }
    free(text);
    return 0;
}
