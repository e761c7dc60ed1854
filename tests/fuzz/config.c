/* SPDX-License-Identifier: Apache-2.0 */
/* hook/config.h: a configuration as people, and their mistakes, write it. */
#include "hook/config.h"

#include <openssl/err.h>

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static void load_profiles(struct enroll_config *config)
{
    const char *name = NULL;

    for (size_t i = 0; (name = enroll_config_name(config, i)) != NULL; i++) {
        const struct enroll_profile *profile = NULL;
        struct enroll_problem problem = {0};

        if (enroll_config_profile(config, name, &profile, &problem)) {
            REQUIRE(strcmp(profile->name, name) == 0);
            REQUIRE(profile->max_orders >= 0 && profile->wait >= 0);
            REQUIRE(profile->renew.percent < 100);
        } else {
            REQUIRE(problem.class == ENROLL_CONFIGURATION ||
                    problem.class == ENROLL_POLICY);
            REQUIRE(fuzz_is_line(problem.line));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct place *place = fuzz_place();
    struct enroll_config *config = NULL;
    struct enroll_problem problem = {0};

    /* It would open what else is on this machine, pipes too. */
    if (memmem(data, size, "include", 7) != NULL)
        return 0;
    fuzz_write(place->profile_fd, place->config_path, data, size);
    if (enroll_config_load(place->config_path, place->state, &config, &problem))
        load_profiles(config);
    else
        REQUIRE(fuzz_is_line(problem.line));
    enroll_config_free(config);
    ERR_clear_error();
    return 0;
}
