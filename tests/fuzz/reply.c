/* SPDX-License-Identifier: Apache-2.0 */
/* provider/ask.h: a hook that answers anything, read in a tool's process. */
#include "provider/ask.h"

#include <sys/socket.h>
#include <unistd.h>

#include "provider/spawn.h"

#include "tests/fuzz/fuzz.h"

#define ANSWER_MAX 100000 /* what a socket holds without a reader */

static const uint8_t *answer;
static size_t answer_size;

/* Instead of provider/spawn.c: a hook that has said all and is gone. */
int enroll_child_start(const struct enroll_provider *provider, int quiet,
                       struct enroll_child *child,
                       struct enroll_problem *problem)
{
    int pair[2];

    (void)provider;
    (void)quiet;
    (void)problem;
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    REQUIRE(answer_size == 0 ||
            write(pair[1], answer, answer_size) == (ssize_t)answer_size);
    close(pair[1]);
    child->fd = pair[0];
    return 1;
}

void enroll_child_end(struct enroll_child *child, int patient)
{
    (void)patient;
    close(child->fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct enroll_provider provider = {.settings.wait = NULL};
    const struct enroll_places places = {.config = (char[]){"/c"},
                                         .state = (char[]){"/s"}};
    struct enroll_question question = {.op = "ready",
                                       .profile = "release",
                                       .places = &places,
                                       .min_remaining = -1};
    struct enroll_problem problem = {0};

    if (size > ANSWER_MAX)
        return 0;
    answer = data;
    answer_size = size;
    if (!enroll_ask(&provider, &question, &problem)) {
        REQUIRE(problem.class != ENROLL_OK);
        REQUIRE(strncmp(problem.line, "release: ", 9) == 0);
        REQUIRE(fuzz_is_line(problem.line));
    }
    return 0;
}
