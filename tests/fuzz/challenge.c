/* SPDX-License-Identifier: Apache-2.0 */
/* WWW-Authenticate, and the address that is found in it. */
#include "hook/protocol/challenge.h"

#include "hook/protocol/url.h"
#include "hook/protocol/words.h"

#include "tests/fuzz/fuzz.h"

static void use(const char *url)
{
    char authority[ENROLL_AUTHORITY_MAX], words[ENROLL_WORDS_MAX];

    if (enroll_url_authority(url, authority)) {
        REQUIRE(*authority != '\0' && fuzz_is_line(authority));
        REQUIRE(strpbrk(authority, "@/? ") == NULL);
        REQUIRE(strncasecmp(url, "https:", 6) == 0);
        REQUIRE(enroll_url_is(authority, authority) ||
                strchr(authority, ':') == NULL);
    }
    enroll_url_shown(url, authority);
    REQUIRE(fuzz_is_line(authority));
    enroll_words(url, words);
    REQUIRE(fuzz_is_line(words));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char url[256], little[8], *text = fuzz_text(data, size);

    if (enroll_challenge_token_url((const char *)data, size, url, sizeof(url)))
        use(url);
    else
        REQUIRE(*url == '\0');
    enroll_challenge_token_url((const char *)data, size, little,
                               sizeof(little));
    REQUIRE(memchr(little, '\0', sizeof(little)) != NULL);
    use(text);
    free(text);
    return 0;
}
