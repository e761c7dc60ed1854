/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook answer`: one request of the provider on standard input, a
 * socket (core/wire.h). What is printed here would appear among the tool's own
 * output, so nothing is: everything goes back over the socket.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/wire.h"
#include "hook/command/command.h"
#include "hook/lifecycle/lifecycle.h"

#define REQUEST_MS 10000LL
#define SEND_MS    5000LL

static const char name[] = "answer";

static void send_reply(struct enroll_record *reply)
{
    if (reply != NULL)
        enroll_wire_send(STDIN_FILENO, reply, enroll_monotonic_ms() + SEND_MS);
    enroll_record_free(reply);
}

/* A caller that has gone away does not end the work. */
static void reply_progress(void *context, const char *line)
{
    struct enroll_record *reply = enroll_record_new(ENROLL_WIRE_REPLY);

    (void)context;
    if (reply == NULL || enroll_record_set(reply, "progress", "%s", line)) {
        send_reply(reply);
        return;
    }
    enroll_record_free(reply);
}

static enum enroll_class reply_problem(const struct enroll_problem *problem)
{
    struct enroll_record *reply = enroll_record_new(ENROLL_WIRE_REPLY);

    if (reply == NULL ||
        (enroll_record_set(reply, "class", "%s",
                           enroll_class_name(problem->class)) &&
         enroll_record_set(reply, "line", "%s", problem->line)))
        send_reply(reply);
    else
        enroll_record_free(reply);
    return problem->class;
}

static enum enroll_class reply_ok(unsigned long generation)
{
    struct enroll_record *reply = enroll_record_new(ENROLL_WIRE_REPLY);

    if (reply == NULL ||
        (enroll_record_set(reply, "class", "ok") &&
         (generation == 0 ||
          enroll_record_set(reply, "generation", "%lu", generation))))
        send_reply(reply);
    else
        enroll_record_free(reply);
    return ENROLL_OK;
}

static enum enroll_class bad_request(const char *what)
{
    struct enroll_problem problem;

    enroll_problem_set(&problem, ENROLL_INTERNAL,
                       "the request to enroll-hook %s: are enroll.so and "
                       "enroll-hook of the same version?",
                       what);
    return reply_problem(&problem);
}

static struct enroll_record *receive(void)
{
    struct enroll_wire *wire = OPENSSL_zalloc(sizeof(*wire));
    struct enroll_record *request = NULL;

    if (wire != NULL) {
        wire->fd = STDIN_FILENO;
        if (enroll_wire_receive(wire, ENROLL_WIRE_REQUEST,
                                enroll_monotonic_ms() + REQUEST_MS,
                                &request) != ENROLL_WIRE_OK)
            request = NULL;
    }
    OPENSSL_free(wire);
    return request;
}

/* The places as the provider found them win over our own search. */
static int take_place(char **place, const char *given)
{
    char *copy = NULL;

    if (given == NULL)
        return 1;
    copy = OPENSSL_strdup(given);
    if (copy == NULL)
        return 0;
    OPENSSL_free(*place);
    *place = copy;
    return 1;
}

static enum enroll_class ready(const struct enroll_profile *profile,
                               const struct enroll_record *request)
{
    struct enroll_ready wanted = {
        .min_remaining = -1, .wait = profile->wait, .progress = reply_progress};
    struct enroll_problem problem;
    unsigned long generation = 0;
    long failed = 0;

    enroll_record_get_long(request, "min-remaining", &wanted.min_remaining);
    enroll_record_get_long(request, "wait", &wanted.wait);
    enroll_record_get_long(request, "failed", &failed);
    wanted.failed = (unsigned long)failed;
    if (wanted.wait < 0)
        return bad_request("has a negative wait");
    if (!enroll_lifecycle_ready(profile, &wanted, &generation, &problem))
        return reply_problem(&problem);
    return reply_ok(generation);
}

static enum enroll_class renew(const struct enroll_profile *profile)
{
    struct enroll_problem problem;

    if (!enroll_lifecycle_renew_in_background(profile, &problem))
        return reply_problem(&problem);
    return reply_ok(0);
}

static enum enroll_class answer(struct enroll_context *context,
                                const struct enroll_record *request)
{
    const char *operation = enroll_record_get(request, "op");
    const char *profile_name = enroll_record_get(request, "profile");
    const struct enroll_profile *profile = NULL;
    struct enroll_problem problem;

    if (operation == NULL || profile_name == NULL)
        return bad_request("is not complete");
    if (!take_place(&context->places.config,
                    enroll_record_get(request, "config")) ||
        !take_place(&context->places.state,
                    enroll_record_get(request, "state")))
        return bad_request("does not fit into memory");
    if (!enroll_context_load(context, &problem) ||
        !enroll_config_profile(context->config, profile_name, &profile,
                               &problem)) {
        enroll_problem_prefix(&problem, profile_name);
        return reply_problem(&problem);
    }
    if (strcmp(operation, "ready") == 0)
        return ready(profile, request);
    if (strcmp(operation, "renew") == 0)
        return renew(profile);
    return bad_request("asks for something unknown");
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct enroll_record *request = NULL;
    enum enroll_class class;
    socklen_t length = sizeof(int);
    int type = 0;

    (void)argv;
    if (argc != 1 ||
        getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
        return enroll_usage(name, "this is what the provider starts, with a "
                                  "socket as its standard input");
    request = receive();
    class = request == NULL ? bad_request("can't be understood")
                            : answer(context, request);
    enroll_record_free(request);
    return class;
}

const struct enroll_command enroll_command_answer = {
    .name = name,
    .synopsis = "",
    .summary = "answer one request of the provider (not for people)",
    .help = "Started by enroll.so with a socket as standard input.\n",
    .run = run,
};
