/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives one session of struct enroll_protocol from a script:
 *
 *   drive KEY=VALUE... OPERATION[:ARGUMENT]...
 *
 * KEYs are those of enroll.conf. Operations, done in turn in one session:
 *
 *   order[:CLIENT-ORDER-ID]   collect[:ID]   revoke[:ID]   lookup:ID   probe
 *   deadline:MILLISECONDS     from now on, for what follows
 *   probe-until:FILE          again and again, a minute at most
 *
 * where the ID left out is the one of the last order. Each prints a line
 *
 *   OPERATION RESULT id=ID count=CERTIFICATES class=CLASS retry=SECONDS LINE
 *
 * and the last line is `maxrss KIB`. With `twice` the session is closed and
 * opened again. Ends with 0 unless it was called wrongly.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "core/wire.h"
#include "hook/protocol/protocol.h"

struct drive {
    struct enroll_profile profile;
    const struct enroll_protocol *protocol;
    struct enroll_session *session;
    X509_REQ *csr;
    char *id;
    struct enroll_problem problem;
};

/* ----- the profile ----- */

struct setting {
    const char *key;
    size_t offset;
};

#define AT(field) offsetof(struct enroll_profile, field)

static const struct setting settings[] = {
    {"url", AT(url)},
    {"token-url", AT(token_url)},
    {"token-host", AT(token_hosts)}, /* the first */
    {"client-id", AT(client_id)},
    {"client-secret", AT(client_secret)},
    {"ca-file", AT(ca_file)},
    {"proxy", AT(proxy)},
    {"email", AT(email)},
    {"first-name", AT(first_name)},
    {"last-name", AT(last_name)},
    {"title", AT(title)},
    {"san-email", AT(san_email)},
    {"order-id-field", AT(order_id_field)},
};

static int set(struct enroll_profile *profile, char *argument)
{
    char *value = strchr(argument, '=');

    *value++ = '\0';
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (strcmp(settings[i].key, argument) == 0) {
            memcpy((char *)profile + settings[i].offset, &value, sizeof(value));
            return 1;
        }
    }
    if (strncmp(argument, "custom-field.", 13) == 0 &&
        profile->custom_field_count < ENROLL_CUSTOM_FIELD_MAX) {
        profile->custom_fields[profile->custom_field_count].name =
            argument + 13;
        profile->custom_fields[profile->custom_field_count++].value = value;
        return 1;
    }
    fprintf(stderr, "drive: unknown setting %s\n", argument);
    return 0;
}

/* ----- what is printed ----- */

static void say(struct drive *drive, const char *operation, const char *result,
                int count)
{
    printf("%s %s id=%s count=%d class=%s retry=%ld %s\n", operation, result,
           drive->id == NULL ? "-" : drive->id, count,
           enroll_class_name(drive->problem.class),
           drive->session == NULL
               ? 0
               : drive->protocol->retry_after(drive->session),
           drive->problem.line);
    fflush(stdout);
}

/* ----- operations ----- */

static X509_REQ *make_csr(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509_REQ *csr = X509_REQ_new();
    X509_NAME *name = csr == NULL ? NULL : X509_REQ_get_subject_name(csr);

    if (key == NULL || name == NULL ||
        !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    (const unsigned char *)"drive", -1, -1,
                                    0) ||
        !X509_REQ_set_pubkey(csr, key) ||
        !X509_REQ_sign(csr, key, EVP_sha256()))
        abort();
    EVP_PKEY_free(key);
    return csr;
}

static void order(struct drive *drive, const char *client_order_id)
{
    static const char *const names[] = {"taken", "refused", "doubt"};
    struct enroll_order order = {.client_order_id = client_order_id};
    enum enroll_order_result result;

    if (drive->csr == NULL)
        drive->csr = make_csr();
    order.csr = drive->csr;
    OPENSSL_free(drive->id);
    drive->id = NULL;
    result = drive->protocol->order(drive->session, &order, &drive->id,
                                    &drive->problem);
    say(drive, "order", names[result], 0);
}

static void collect(struct drive *drive, const char *id)
{
    static const char *const names[] = {"collected", "pending", "dead",
                                        "unknown", "failed"};
    STACK_OF(X509) *certificates = NULL;
    enum enroll_collect_result result = drive->protocol->collect(
        drive->session, id, &certificates, &drive->problem);

    say(drive, "collect", names[result],
        certificates == NULL ? 0 : sk_X509_num(certificates));
    sk_X509_pop_free(certificates, X509_free);
}

static void have_revoked(struct drive *drive, const char *id)
{
    const struct enroll_revocation revocation = {.reason = 4,
                                                 .message = "a \"test\""};
    int ok = drive->protocol->revoke(drive->session, id, &revocation,
                                     &drive->problem);

    say(drive, "revoke", ok ? "ok" : "failed", 0);
}

static void lookup(struct drive *drive, const char *client_order_id)
{
    static const char *const names[] = {"failed", "known", "impossible"};
    enum enroll_lookup_result result;

    OPENSSL_free(drive->id);
    drive->id = NULL;
    result = drive->protocol->lookup(drive->session, client_order_id,
                                     &drive->id, &drive->problem);
    say(drive, "lookup", names[result], 0);
}

static void probe(struct drive *drive)
{
    time_t date = 0;
    int ok = drive->protocol->probe(drive->session, &date, &drive->problem);

    say(drive, "probe", !ok ? "failed" : date == 0 ? "ok-no-date" : "ok", 0);
}

/* Says only how the last went. */
static void probe_until(struct drive *drive, const char *path)
{
    const struct timespec pause = {.tv_nsec = 50000000};
    time_t date = 0;
    int ok = 1;

    for (int i = 0; ok && i < 1200 && access(path, F_OK) != 0; i++) {
        ok = drive->protocol->probe(drive->session, &date, &drive->problem);
        nanosleep(&pause, NULL);
    }
    say(drive, "probe-until", ok ? "ok" : "failed", 0);
}

static int open_session(struct drive *drive)
{
    if (drive->protocol->open(&drive->profile, &drive->session,
                              &drive->problem))
        return 1;
    say(drive, "open", "failed", 0);
    return 0;
}

static int run(struct drive *drive, char *operation)
{
    char *argument = strchr(operation, ':');

    if (argument != NULL)
        *argument++ = '\0';
    memset(&drive->problem, 0, sizeof(drive->problem));
    if (strcmp(operation, "order") == 0) {
        order(drive, argument == NULL ? "drive-1" : argument);
    } else if (strcmp(operation, "collect") == 0) {
        collect(drive, argument == NULL ? drive->id : argument);
    } else if (strcmp(operation, "revoke") == 0) {
        have_revoked(drive, argument == NULL ? drive->id : argument);
    } else if (strcmp(operation, "lookup") == 0 && argument != NULL) {
        lookup(drive, argument);
    } else if (strcmp(operation, "probe") == 0) {
        probe(drive);
    } else if (strcmp(operation, "deadline") == 0 && argument != NULL) {
        enroll_session_deadline(drive->session,
                                enroll_monotonic_ms() + atoll(argument));
    } else if (strcmp(operation, "probe-until") == 0 && argument != NULL) {
        probe_until(drive, argument);
    } else if (strcmp(operation, "twice") == 0) {
        drive->protocol->close(drive->session);
        drive->session = NULL;
        return open_session(drive);
    } else {
        fprintf(stderr, "drive: unknown operation %s\n", operation);
        exit(2);
    }
    return 1;
}

int main(int argc, char **argv)
{
    struct drive drive = {.profile = {.name = "release",
                                      .config_path = "/etc/enroll/test.conf",
                                      .manager = "scm"}};
    struct rusage usage;
    int i = 1;

    for (; i < argc && strchr(argv[i], '=') != NULL; i++)
        if (!set(&drive.profile, argv[i]))
            return 2;
    drive.protocol = enroll_protocol_find(drive.profile.manager);
    if (drive.protocol == NULL)
        return 2;
    if (open_session(&drive))
        while (i < argc && run(&drive, argv[i]))
            i++;
    drive.protocol->close(drive.session);
    X509_REQ_free(drive.csr);
    OPENSSL_free(drive.id);
    getrusage(RUSAGE_SELF, &usage);
    printf("maxrss %ld\n", usage.ru_maxrss);
    return 0;
}
