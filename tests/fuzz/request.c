/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook/command/answer.c: anything on the socket. Whatever it is, the provider
 * gets one whole last reply.
 */
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/wire.h"
#include "hook/command/command.h"
#include "hook/lifecycle/lifecycle.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

#define REQUEST_MAX 100000

/* Instead of hook/lifecycle/ready.c: nothing is enrolled here. */
int enroll_lifecycle_ready(const struct enroll_profile *profile,
                           const struct enroll_ready *ready,
                           unsigned long *generation,
                           struct enroll_problem *problem)
{
    (void)problem;
    REQUIRE(strcmp(profile->name, "release") == 0);
    REQUIRE(ready->wait >= 0);
    ready->progress(ready->context, "a\nstep");
    *generation = 7;
    return 1;
}

int enroll_lifecycle_renew_in_background(const struct enroll_profile *profile,
                                         struct enroll_problem *problem)
{
    (void)profile;
    return enroll_problem_set(problem, ENROLL_POLICY, "not here");
}

static void expect_reply(int fd)
{
    static struct enroll_wire wire;
    struct enroll_record *reply = NULL;
    int last = 0;

    wire.fd = fd;
    wire.used = 0;
    while (!last) {
        REQUIRE(enroll_wire_receive(&wire, ENROLL_WIRE_REPLY, 0, &reply) ==
                ENROLL_WIRE_OK);
        last = enroll_record_get(reply, "class") != NULL;
        enroll_record_free(reply);
    }
    REQUIRE(wire.used == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[] = "answer", *argv[] = {name, NULL};
    struct enroll_context context = {.config = NULL};
    int pair[2];

    if (size > REQUEST_MAX)
        return 0;
    context.places.config = OPENSSL_strdup(fuzz_place()->config_path);
    context.places.state = OPENSSL_strdup(fuzz_place()->state);
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    REQUIRE(size == 0 || write(pair[0], data, size) == (ssize_t)size);
    REQUIRE(shutdown(pair[0], SHUT_WR) == 0);
    REQUIRE(dup2(pair[1], STDIN_FILENO) == STDIN_FILENO);
    close(pair[1]);
    enroll_command_answer.run(&context, 1, argv);
    expect_reply(pair[0]);
    close(pair[0]);
    enroll_config_free(context.config);
    enroll_places_clear(&context.places);
    return 0;
}
