/* SPDX-License-Identifier: Apache-2.0 */
/* What is a name of an identity, what is not, and what is not ours at all. */
#include "core/uri.h"

#include "tests/unit/check.h"

static void reads(const char *text, const char *profile, long min_remaining,
                  unsigned long generation, int chain_only)
{
    struct enroll_uri uri;
    const char *why = NULL;

    CHECK(enroll_uri_parse(text, &uri, &why) == ENROLL_URI_OK);
    if (why != NULL) {
        fprintf(stderr, "%s: %s\n", text, why);
        return;
    }
    CHECK_STRING(uri.profile, profile);
    CHECK(uri.min_remaining == min_remaining);
    CHECK(uri.generation == generation);
    CHECK(uri.chain_only == chain_only);
}

static void refuses(const char *text)
{
    struct enroll_uri uri = {.generation = 4711};
    const char *why = NULL;

    CHECK(enroll_uri_parse(text, &uri, &why) == ENROLL_URI_BAD);
    CHECK(why != NULL);
    CHECK(uri.generation == 4711); /* untouched on failure */
    if (why == NULL)
        fprintf(stderr, "accepted: %s\n", text);
}

static void ignores(const char *text)
{
    struct enroll_uri uri;
    const char *why = NULL;

    CHECK(enroll_uri_parse(text, &uri, &why) == ENROLL_URI_FOREIGN);
}

int main(void)
{
    char longest[ENROLL_URI_MAX + 32];

    reads("enroll:release", "release", -1, 0, 0);
    reads("enroll://release", "release", -1, 0, 0);
    reads("enroll://release/", "release", -1, 0, 0);
    reads("ENROLL:Release-1.2_x", "Release-1.2_x", -1, 0, 0);
    reads("enroll:r?min-remaining=3d", "r", 259200, 0, 0);
    reads("enroll:r?min-remaining=0", "r", 0, 0, 0);
    reads("enroll:r?part=chain&min-remaining=1h", "r", 3600, 0, 1);
    reads("enroll:r?generation=7", "r", -1, 7, 0);

    ignores("file:release");
    ignores("pkcs11:token=x");
    ignores("enrol:release");
    ignores("");
    ignores(NULL);

    refuses("enroll:");
    refuses("enroll://");
    refuses("enroll:///etc");
    refuses("enroll:../../etc");
    refuses("enroll:a..b");
    refuses("enroll:.hidden");
    refuses("enroll:-x");
    refuses("enroll:a/b");
    refuses("enroll:a b");
    refuses("enroll:a%2fb");
    refuses("enroll:a\nb");
    refuses("enroll:default");
    refuses("enroll:r?part=all");
    refuses("enroll:r?min-remaining=3");
    refuses("enroll:r?min-remaining=-3d");
    refuses("enroll:r?min-remaining=1d&min-remaining=2d");
    refuses("enroll:r?generation=0");
    refuses("enroll:r?generation=7x");
    refuses("enroll:r?generation=99999999999999999999");
    refuses("enroll:r?min-remainig=3d");
    refuses("enroll:r?part");

    memset(longest, 'a', sizeof(longest));
    memcpy(longest, "enroll:", 7);
    longest[sizeof(longest) - 1] = '\0';
    refuses(longest);
    longest[7 + ENROLL_PROFILE_MAX + 1] = '\0';
    refuses(longest);
    longest[7 + ENROLL_PROFILE_MAX] = '\0';
    reads(longest, longest + 7, -1, 0, 0);
    return CHECK_DONE();
}
