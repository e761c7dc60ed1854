/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook import PROFILE --cert FILE`: takes a certificate into use that
 * was not ordered here: for the request of `csr`, for the key in use, or with
 * a key of its own. It is reviewed like any other; nothing is ordered.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "hook/command/command.h"
#include "hook/command/held.h"
#include "hook/command/key_file.h"
#include "hook/custody/file.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/key_history.h"
#include "hook/lifecycle/machine.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/review.h"
#include "hook/lifecycle/verdict.h"
#include "hook/protocol/pem.h"

static const char name[] = "import";

struct import {
    const struct enroll_profile *profile;
    const struct enroll_custody *custody;
    const char *certificate_path, *key_path; /* the second may be NULL */
    STACK_OF(X509) * certificates;
    EVP_PKEY *given; /* what is in key_path */
    int profile_fd;
    struct enroll_record *intent; /* NULL: there is none */
    struct enroll_custody_key *key;
    int adopted; /* the intent's key is the one of --key */
    struct enroll_review review;
    unsigned long generation; /* that it became */
};

/* The parsers' message is about what a manager sent: here it is a file. */
static int unreadable(const char *path, struct enroll_problem *problem)
{
    static const char sent[] = "what the manager delivered";
    size_t length = sizeof(sent) - 1;

    if (strncmp(problem->line, sent, length) != 0)
        return 0;
    return enroll_problem_set(problem, problem->class,
                              "%s%s; give the certificate and its "
                              "intermediates as PEM, DER or PKCS#7",
                              path, problem->line + length);
}

static int read_certificates(struct import *import,
                             struct enroll_problem *problem)
{
    char *data = OPENSSL_malloc(ENROLL_DELIVERY_MAX);
    BIO *file = BIO_new_file(import->certificate_path, "r");
    int length = -1, ok;

    if (file != NULL && data != NULL)
        length = BIO_read(file, data, ENROLL_DELIVERY_MAX);
    if (length <= 0)
        ok = enroll_problem_set(
            problem, ENROLL_USAGE, "cannot read certificates from %s: %s",
            import->certificate_path,
            length == 0 || errno == 0 ? "it is empty" : strerror(errno));
    else
        ok = enroll_certificates_read(data, (size_t)length,
                                      &import->certificates, problem) ||
             unreadable(import->certificate_path, problem);
    ERR_clear_error();
    BIO_free(file);
    OPENSSL_free(data);
    return ok;
}

static int load_intent(struct import *import, struct enroll_problem *problem)
{
    return enroll_intent_load(import->profile_fd, &import->intent, problem) !=
           ENROLL_FOUND_BAD;
}

/* 1 if one of the certificates is for that key, now open in import. */
static int key_fits(struct import *import, const char *reference)
{
    struct enroll_problem ignored;
    const EVP_PKEY *key = NULL;

    if (!import->custody->open(import->profile, import->profile_fd, reference,
                               &import->key, &ignored))
        return 0;
    key = import->custody->public_key(import->key);
    for (int i = 0; i < sk_X509_num(import->certificates); i++)
        if (EVP_PKEY_eq(
                X509_get0_pubkey(sk_X509_value(import->certificates, i)),
                key) == 1)
            return 1;
    import->custody->close(import->key);
    import->key = NULL;
    return 0;
}

static int was_sent(const struct enroll_record *intent)
{
    enum enroll_state state = enroll_machine_of(intent);

    return state == ENROLL_STATE_POSTED || state == ENROLL_STATE_ORDERED;
}

/*
 * An order for the key in use: that a certificate has this key does not make
 * it the one that was ordered, and paid for.
 */
static int may_be_another(const struct enroll_record *intent)
{
    return was_sent(intent) &&
           strcmp(enroll_record_get(intent, "key"), ENROLL_INTENT_KEY) != 0;
}

static void leave_open(struct import *import)
{
    const char *profile = import->profile->name, *order = NULL;

    if (was_sent(import->intent)) {
        order = enroll_record_get(import->intent, "order");
        fprintf(stderr,
                "%s: the request sent to the manager (%s%s) stays open; "
                "collect it with: enroll-hook renew %s, or give it up with: "
                "enroll-hook resolve %s --abandon\n",
                profile, order == NULL ? "in doubt" : "order ",
                order == NULL ? "" : order, profile, profile);
    }
    enroll_record_free(import->intent);
    import->intent = NULL;
}

/* The request's key, or the one in use. */
static int find_key(struct import *import, struct enroll_problem *problem)
{
    unsigned long number = 0;
    char reference[32];

    if (import->intent != NULL &&
        key_fits(import, enroll_record_get(import->intent, "key"))) {
        if (may_be_another(import->intent))
            leave_open(import);
        return 1;
    }
    if (enroll_generation_current(import->profile_fd, &number, NULL) ==
        ENROLL_FOUND) {
        snprintf(reference, sizeof(reference), "generation:%lu", number);
        if (key_fits(import, reference)) {
            /* Not what the request waits for: that one stays open. */
            leave_open(import);
            return 1;
        }
    }
    return enroll_problem_set(
        problem, ENROLL_VERIFICATION,
        "%s: %s is neither for the request of 'enroll-hook csr' nor for the "
        "key in use; give its key with --key FILE",
        import->profile->name, import->certificate_path);
}

static int review(struct import *import, const EVP_PKEY *key,
                  struct enroll_problem *problem)
{
    return enroll_verdict_key_ok(import->profile, import->profile_fd, key,
                                 problem) &&
           enroll_key_unshared(import->profile, key, problem) &&
           enroll_review(import->profile, key, import->certificates, time(NULL),
                         &import->review, problem) == ENROLL_REVIEW_GOOD;
}

/*
 * A key of its own becomes the intent's key first, so that what follows is the
 * same as for any other, and a full disk is met before anything is published.
 */
static int adopt_key(struct import *import, struct enroll_problem *problem)
{
    if (import->intent != NULL)
        return enroll_problem_set(
            problem, ENROLL_PENDING,
            "%s: a request is open; wait for it, or give it up first with: "
            "enroll-hook resolve %s --abandon",
            import->profile->name, import->profile->name);
    import->adopted = review(import, import->given, problem);
    return import->adopted &&
           enroll_custody_file_adopt(import->profile_fd, import->given,
                                     problem) &&
           import->custody->open(import->profile, import->profile_fd,
                                 ENROLL_INTENT_KEY, &import->key, problem);
}

static int find_and_review(struct import *import,
                           struct enroll_problem *problem)
{
    return find_key(import, problem) &&
           review(import, import->custody->public_key(import->key), problem);
}

static int publish(struct import *import, struct enroll_problem *problem)
{
    struct enroll_publication publication = {
        .profile = import->profile,
        .profile_fd = import->profile_fd,
        .custody = import->custody,
        .key = import->key,
        .chain = import->review.chain,
        .review = import->review.text,
        .intent = import->intent,
    };

    if (strcmp(import->review.text, "ok") != 0)
        fprintf(stderr, "%s: review: %s\n", import->profile->name,
                import->review.text);
    return enroll_publish(&publication, &import->generation, problem) &&
           (import->intent == NULL ||
            enroll_intent_drop(import->profile, import->profile_fd,
                               import->intent, problem)) &&
           enroll_backoff_clear(import->profile_fd, problem);
}

static int import_held(const struct enroll_profile *profile, int profile_fd,
                       void *context, struct enroll_problem *problem)
{
    struct import *import = context;
    int ok;

    import->profile_fd = profile_fd;
    import->custody = enroll_custody_find(profile->key);
    ok = load_intent(import, problem) &&
         (import->given != NULL ? adopt_key(import, problem)
                                : find_and_review(import, problem)) &&
         publish(import, problem);
    if (import->adopted)
        import->custody->discard(profile, profile_fd, ENROLL_INTENT_KEY);
    import->custody->close(import->key);
    enroll_review_clear(&import->review);
    enroll_record_free(import->intent);
    return ok;
}

/* What may ask for a passphrase: before the lock is taken. */
static int read_files(struct import *import, struct enroll_problem *problem)
{
    if (!read_certificates(import, problem))
        return 0;
    if (import->key_path == NULL)
        return 1;
    import->given = enroll_key_file_read(import->key_path, problem);
    return import->given != NULL;
}

static enum enroll_class parse(int argc, char **argv, struct import *import)
{
    static const struct option options[] = {
        {"cert", required_argument, NULL, 'c'},
        {"key", required_argument, NULL, 'k'},
        {NULL, 0, NULL, 0}};
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'c': import->certificate_path = optarg; break;
        case 'k': import->key_path = optarg; break;
        default:
            return enroll_usage(name, "unknown option, or a value is missing");
        }
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    if (import->certificate_path == NULL)
        return enroll_usage(name, "--cert FILE is missing");
    return ENROLL_OK;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct import import = {.certificates = NULL};
    enum enroll_class class = parse(argc, argv, &import);
    struct enroll_problem problem;

    if (class == ENROLL_OK)
        import.profile = enroll_context_profile(context, argv[optind], &class);
    if (import.profile == NULL)
        return class;
    if (read_files(&import, &problem)) {
        class = enroll_held_run(import.profile, import_held, &import);
    } else {
        enroll_problem_prefix(&problem, import.profile->name);
        class = enroll_report(&problem);
    }
    EVP_PKEY_free(import.given);
    sk_X509_pop_free(import.certificates, X509_free);
    if (class == ENROLL_OK)
        printf("%s: generation %lu is current\n", import.profile->name,
               import.generation);
    return class;
}

const struct enroll_command enroll_command_import = {
    .name = name,
    .synopsis = "PROFILE --cert FILE [--key FILE]",
    .summary = "take a certificate into use that was got otherwise",
    .help =
        "Reviews the certificate and makes it the current one. Nothing is\n"
        "ordered. Without --key it has to be for the request of `csr` or for\n"
        "the key in use.\n"
        "\n"
        "  --cert FILE   the certificate and its intermediates: PEM, DER or\n"
        "                PKCS#7\n"
        "  --key FILE    its private key: PEM or DER; a passphrase is asked\n"
        "                for on the terminal. The file is copied, not moved\n",
    .run = run,
};
