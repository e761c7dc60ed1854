/* SPDX-License-Identifier: Apache-2.0 */
/* core/generation.h: the facts of a generation, and what follows from them. */
#include "core/generation.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/judge.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static const char folder[] = "generations/0000000007";
static const char chain_der[] = "leafissuer"; /* sizes 4,6 */
static const char key_p8[] = "key";

static int open_folder(void)
{
    int profile = fuzz_place()->profile_fd, fd;

    REQUIRE(mkdirat(profile, "generations", 0755) == 0);
    REQUIRE(mkdirat(profile, folder, 0755) == 0);
    REQUIRE(symlinkat(folder, profile, "current") == 0);
    fd = openat(profile, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    fuzz_write(fd, "chain.der", chain_der, strlen(chain_der));
    fuzz_write(fd, "key.p8", key_p8, strlen(key_p8));
    return fd;
}

static void judge(const struct enroll_generation *generation)
{
    static const time_t clocks[] = {0, 1795392000, 4102444800};
    struct enroll_verdict verdict = {0};
    struct enroll_problem problem;

    REQUIRE(enroll_verdict_load(fuzz_place()->profile_fd, generation, &verdict,
                                &problem));
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++)
        for (long left = -1; left < 2000000; left += 1000000)
            if (enroll_deliverable(enroll_judge("release", generation, &verdict,
                                                clocks[i], left, &problem)))
                REQUIRE(clocks[i] >= generation->not_before &&
                        clocks[i] <= generation->not_after);
}

static void use(const struct enroll_generation *generation)
{
    struct enroll_problem problem;
    struct enroll_chain chain = {0};
    unsigned char *key = NULL;
    size_t length = 0;

    REQUIRE(generation->certificates >= 1 && generation->custody != NULL);
    judge(generation);
    if (enroll_generation_chain(generation, &chain, &problem)) {
        REQUIRE(chain.count == generation->certificates);
        REQUIRE(chain.certificate[0] == chain.data);
        enroll_chain_clear(&chain);
    }
    if (enroll_generation_key(generation, &key, &length, &problem))
        OPENSSL_clear_free(key, length + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    struct enroll_generation *generation = NULL;
    struct enroll_problem problem = {0};

    if (fd < 0)
        fd = open_folder();
    fuzz_write(fd, "facts", data, size);
    if (enroll_generation_open(fuzz_place()->profile_fd, "the state", 0,
                               &generation, &problem) == ENROLL_FOUND)
        use(generation);
    else
        REQUIRE(problem.line[0] != '\0' && fuzz_is_line(problem.line));
    enroll_generation_free(generation);
    return 0;
}
