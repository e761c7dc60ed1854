/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook csr PROFILE`: makes key and request without ordering, to be
 * carried to a manager by hand; `import` brings the certificate back.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>

#include "hook/command/command.h"
#include "hook/command/held.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/machine.h"

static const char name[] = "csr";

/* The one that waits already, or a new one. */
static int find_intent(const struct enroll_profile *profile, int profile_fd,
                       struct enroll_record **intent,
                       struct enroll_problem *problem)
{
    const char *order = NULL;

    switch (enroll_machine_look(profile_fd, intent, problem)) {
    case ENROLL_STATE_DAMAGED:
        return enroll_problem_prefix(problem, profile->name);
    case ENROLL_STATE_IDLE:
    case ENROLL_STATE_LEFTOVER:
        return enroll_intent_make(profile, profile_fd, 1, intent, problem);
    case ENROLL_STATE_PREPARED:
        return enroll_intent_by_hand(profile_fd, *intent, problem);
    case ENROLL_STATE_BY_HAND: return 1;
    case ENROLL_STATE_POSTED:
    case ENROLL_STATE_ORDERED: break;
    }
    order = enroll_record_get(*intent, "order");
    return enroll_problem_set(
        problem, ENROLL_PENDING,
        "%s: a request was sent to the manager already (%s%s); wait for it "
        "with enroll-hook ready %s, or give it up with enroll-hook resolve %s "
        "--abandon",
        profile->name, order == NULL ? "in doubt" : "order ",
        order == NULL ? "" : order, profile->name, profile->name);
}

static int write_csr(const X509_REQ *csr, const char *path,
                     struct enroll_problem *problem)
{
    BIO *out = path == NULL ? BIO_new_fp(stdout, BIO_NOCLOSE)
                            : BIO_new_file(path, "w");
    int ok =
        out != NULL && PEM_write_bio_X509_REQ(out, csr) && BIO_flush(out) > 0;

    BIO_free(out);
    return ok || enroll_problem_set(
                     problem, ENROLL_CONFIGURATION, "cannot write %s: %s",
                     path == NULL ? "standard output" : path, strerror(errno));
}

/* context: where to, or NULL for standard output */
static int csr(const struct enroll_profile *profile, int profile_fd,
               void *context, struct enroll_problem *problem)
{
    struct enroll_record *intent = NULL;
    X509_REQ *request = NULL;
    int ok;

    ok = find_intent(profile, profile_fd, &intent, problem) &&
         (request = enroll_intent_csr(intent, problem)) != NULL &&
         write_csr(request, context, problem);
    X509_REQ_free(request);
    enroll_record_free(intent);
    return ok;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    static const struct option options[] = {
        {"out", required_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
    const struct enroll_profile *profile = NULL;
    enum enroll_class class = ENROLL_OK;
    char *path = NULL;
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
        if (option == '?')
            return enroll_usage(name, "unknown option, or a value is missing");
        path = optarg;
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    profile = enroll_context_profile(context, argv[optind], &class);
    if (profile == NULL)
        return class;
    class = enroll_held_run(profile, csr, path);
    if (class != ENROLL_OK)
        return class;
    fprintf(stderr,
            "%s: have the request certified, then run: enroll-hook import %s "
            "--cert FILE\n",
            profile->name, profile->name);
    return ENROLL_OK;
}

const struct enroll_command enroll_command_csr = {
    .name = name,
    .synopsis = "PROFILE [-o FILE]",
    .summary = "make a certificate request to be carried by hand",
    .help =
        "Makes the key and prints the request (PKCS#10, PEM). Nothing is\n"
        "ordered. Run again, it prints the same request, until `import` has\n"
        "brought the certificate or `resolve --abandon` gives it up.\n"
        "\n"
        "  -o FILE   write it there instead of to standard output\n",
    .run = run,
};
