/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Talks to the hook. Called with none of the provider's own locks held but the
 * profile's, and, for `ensure`, while the provider is being loaded: so nothing
 * in here may call libcrypto beyond its memory functions.
 */
#include "provider/ask.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/duration.h"
#include "core/wire.h"
#include "provider/debug.h"
#include "provider/error.h"
#include "provider/spawn.h"

#define BACKGROUND_MS 2000
#define SLACK_MS      5000 /* the hook's own message should come first */
#define REPLIES_MAX   4096

static struct enroll_record *request(const struct enroll_question *question,
                                     long wait)
{
    struct enroll_record *record = enroll_record_new(ENROLL_WIRE_REQUEST);

    if (enroll_record_set(record, "op", "%s", question->op) &&
        enroll_record_set(record, "profile", "%s", question->profile) &&
        enroll_record_set(record, "config", "%s", question->places->config) &&
        enroll_record_set(record, "state", "%s", question->places->state) &&
        enroll_record_set(record, "wait", "%ld", wait) &&
        (question->min_remaining < 0 ||
         enroll_record_set(record, "min-remaining", "%ld",
                           question->min_remaining)) &&
        (question->failed == 0 ||
         enroll_record_set(record, "failed", "%lu", question->failed)))
        return record;
    enroll_record_free(record);
    return NULL;
}

static int no_answer(enum enroll_wire_result result, long long started,
                     const char *profile, struct enroll_problem *problem)
{
    char waited[ENROLL_DURATION_TEXT];

    if (result == ENROLL_WIRE_TIMEOUT)
        return enroll_problem_set(
            problem, ENROLL_NOT_USABLE,
            "%s: no answer from enroll-hook within %s; see: enroll-hook "
            "status %s, or raise wait = in openssl.cnf",
            profile,
            enroll_duration_text((enroll_monotonic_ms() - started) / 1000,
                                 waited),
            profile);
    if (result == ENROLL_WIRE_CLOSED)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "%s: enroll-hook ended without an answer; "
                                  "run: enroll-hook ready %s",
                                  profile, profile);
    return enroll_problem_set(problem, ENROLL_INTERNAL,
                              "%s: enroll-hook gave an answer that makes no "
                              "sense; check hook = in openssl.cnf and that "
                              "provider and hook are of one version",
                              profile);
}

/* The last reply's verdict. */
static int conclude(const struct enroll_record *reply, const char *profile,
                    struct enroll_problem *problem)
{
    const char *line = enroll_record_get(reply, "line");
    enum enroll_class class = ENROLL_INTERNAL;

    if (!enroll_class_parse(enroll_record_get(reply, "class"), &class))
        return no_answer(ENROLL_WIRE_GARBAGE, 0, profile, problem);
    if (class == ENROLL_OK)
        return 1;
    if (line == NULL || *line == '\0')
        enroll_problem_set(problem, class,
                           "%s: enroll-hook failed (%s) and gave no reason; "
                           "run: enroll-hook ready %s",
                           profile, enroll_class_name(class), profile);
    else
        enroll_problem_set(problem, class, "%s", line);
    return enroll_problem_prefix(problem, profile);
}

static void show_progress(const struct enroll_provider *provider,
                          const struct enroll_question *question,
                          const char *line)
{
    struct enroll_problem step;

    if (line == NULL)
        return;
    enroll_problem_set(&step, ENROLL_OK, "%s", line); /* one line, printable */
    enroll_debug(provider, "%s: %s", question->profile, step.line);
    if (!question->background && provider->stderr_open && isatty(STDERR_FILENO))
        enroll_say(provider, step.line);
}

/* Reads replies until the last one. */
static int listen_to(const struct enroll_provider *provider,
                     const struct enroll_question *question,
                     struct enroll_wire *wire, long long deadline,
                     struct enroll_problem *problem)
{
    enum enroll_wire_result result = ENROLL_WIRE_GARBAGE;
    long long started = enroll_monotonic_ms();

    for (int i = 0; i < REPLIES_MAX; i++) {
        struct enroll_record *reply = NULL;
        int last, ok = 0;

        result = enroll_wire_receive(wire, ENROLL_WIRE_REPLY, deadline, &reply);
        if (result != ENROLL_WIRE_OK)
            break;
        last = enroll_record_get(reply, "class") != NULL;
        if (last)
            ok = conclude(reply, question->profile, problem);
        else
            show_progress(provider, question,
                          enroll_record_get(reply, "progress"));
        enroll_record_free(reply);
        if (last)
            return ok;
        result = ENROLL_WIRE_GARBAGE; /* should this have been the limit */
    }
    return no_answer(result, started, question->profile, problem);
}

static int converse(const struct enroll_provider *provider,
                    const struct enroll_question *question,
                    const struct enroll_record *record, int fd,
                    long long deadline, struct enroll_problem *problem)
{
    struct enroll_wire *wire = OPENSSL_zalloc(sizeof(*wire));
    int ok = 0;

    if (wire == NULL)
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    wire->fd = fd;
    /* A hook that is gone already may still have said why. */
    if (!enroll_wire_send(fd, record, deadline))
        enroll_debug(provider, "%s: the hook takes no request: %s",
                     question->profile, strerror(errno));
    ok = listen_to(provider, question, wire, deadline, problem);
    OPENSSL_free(wire);
    return ok;
}

/* The hook runs in the tool's folder, which is nobody's choice. */
static int config_ok(const struct enroll_places *places,
                     struct enroll_problem *problem)
{
    if (places->config[0] == '/')
        return 1;
    return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                              "the configuration '%s' (from %s) is not an "
                              "absolute path: write it from the root, "
                              "beginning with /",
                              places->config, places->config_from);
}

static int ask(const struct enroll_provider *provider,
               const struct enroll_question *question, long wait,
               struct enroll_problem *problem)
{
    long long deadline =
        enroll_monotonic_ms() + (question->background
                                     ? BACKGROUND_MS
                                     : (long long)wait * 1000 + SLACK_MS);
    struct enroll_record *record = request(question, wait);
    struct enroll_child child;
    int ok = 0;

    if (record == NULL)
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "the paths of configuration and state are "
                                  "too long for a request");
    if (enroll_child_start(provider, question->background, &child, problem)) {
        enroll_debug(provider, "%s: asked the hook: %s, process %ld",
                     question->profile, question->op, (long)child.pid);
        ok = converse(provider, question, record, child.fd, deadline, problem);
        enroll_child_end(&child, enroll_monotonic_ms() < deadline);
    }
    enroll_record_free(record);
    return ok;
}

int enroll_ask(const struct enroll_provider *provider,
               const struct enroll_question *question,
               struct enroll_problem *problem)
{
    long wait = 0;
    int ok = config_ok(question->places, problem) &&
             enroll_settings_wait(&provider->settings, &wait, problem) &&
             ask(provider, question, wait, problem);

    if (!ok)
        enroll_problem_prefix(problem, question->profile);
    return ok;
}
