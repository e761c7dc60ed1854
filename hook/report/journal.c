/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the journal of signatures. Called by sign after each file, and by
 * signed.
 */
#include "hook/report/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/identity.h"
#include "core/lock.h"
#include "hook/durable.h"

#define FULL  (4 * 1024 * 1024)
#define OLD   9 /* files beside the one that is written */
#define START "\nenroll-signed=1\n"
#define END   "\nend\n"

static const char file[] = "signed";
static const char kind[] = "enroll-signed";
static const char rotation[] = "signed.lock";

/* "signed", "signed.1" ... */
static const char *name_of(int i, char name[16])
{
    if (i == 0)
        strcpy(name, file);
    else
        snprintf(name, 16, "%s.%d", file, i);
    return name;
}

/* ----- writing ----- */

static int set_leaf(struct enroll_record *record, const X509 *leaf)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
    unsigned int length = 0;
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf), NULL);
    char *serial = number == NULL ? NULL : BN_bn2hex(number);
    int ok = serial != NULL &&
             X509_digest(leaf, EVP_sha256(), digest, &length) == 1 &&
             enroll_record_set(record, "serial", "%s", serial);

    for (unsigned int i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    OPENSSL_free(serial);
    BN_free(number);
    return ok && enroll_record_set(record, "leaf-sha256", "%s", hex);
}

static int set_user(struct enroll_record *record)
{
    const struct passwd *user = getpwuid(getuid());

    return user != NULL ? enroll_record_set(record, "user", "%s", user->pw_name)
                        : enroll_record_set(record, "user", "%lu",
                                            (unsigned long)getuid());
}

static struct enroll_record *make(const struct enroll_journal_entry *entry)
{
    struct enroll_record *record = enroll_record_new(kind);

    if (enroll_record_set(record, "time", "%lld", (long long)time(NULL)) &&
        enroll_record_set(record, "generation", "%lu", entry->generation) &&
        set_leaf(record, entry->leaf) &&
        enroll_record_set(record, "file", "%s", entry->file) &&
        enroll_record_set(record, "sha256", "%s", entry->sha256) &&
        enroll_record_set(record, "tool", "%s", entry->tool) &&
        set_user(record))
        return record;
    enroll_record_free(record);
    return NULL;
}

/* Whoever has the old one open goes on writing there: nothing is lost. */
static void rotate(int profile_fd)
{
    char from[16], to[16];
    struct stat st;
    int lock_fd = -1;

    if (fstatat(profile_fd, file, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
        st.st_size < FULL ||
        enroll_lock_try(profile_fd, rotation, &lock_fd) != ENROLL_LOCK_TAKEN)
        return;
    /* Somebody else may have done it. */
    if (fstatat(profile_fd, file, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        st.st_size >= FULL)
        for (int i = OLD; i > 0; i--)
            renameat(profile_fd, name_of(i - 1, from), profile_fd,
                     name_of(i, to));
    close(lock_fd);
}

/* One write: what others append meanwhile comes before or after it. */
static int append(int profile_fd, const char *text, size_t length)
{
    int fd = openat(profile_fd, file,
                    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                    ENROLL_MODE_PUBLIC);
    ssize_t written;
    int ok;

    if (fd < 0)
        return 0;
    written = write(fd, text, length);
    if (written >= 0 && (size_t)written != length)
        errno = ENOSPC;
    ok = written == (ssize_t)length && fdatasync(fd) == 0;
    close(fd);
    return ok;
}

static int add(int profile_fd, const struct enroll_record *record,
               struct enroll_problem *problem)
{
    size_t length = 0;
    char *text = enroll_record_text(record, &length);
    char *line = text == NULL ? NULL : OPENSSL_malloc(length + 1);
    int ok = 0;

    if (line == NULL) {
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    } else {
        /* Behind what may have been torn. */
        line[0] = '\n';
        memcpy(line + 1, text, length);
        rotate(profile_fd);
        ok = append(profile_fd, line, length + 1) ||
             enroll_durable_failed("append to the file 'signed'", problem);
    }
    OPENSSL_free(line);
    OPENSSL_free(text);
    return ok;
}

int enroll_journal_add(const struct enroll_profile *profile,
                       const struct enroll_journal_entry *entry,
                       struct enroll_problem *problem)
{
    struct enroll_record *record = make(entry);
    int profile_fd = -1, ok = 0;

    if (record == NULL)
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    switch (enroll_identity_open(profile->state, profile->name, &profile_fd,
                                 problem)) {
    case ENROLL_FOUND:
        ok = add(profile_fd, record, problem);
        close(profile_fd);
        break;
    case ENROLL_FOUND_MISSING:
        enroll_problem_set(problem, ENROLL_NOT_USABLE, "its state is gone");
        break;
    case ENROLL_FOUND_BAD: break;
    }
    enroll_record_free(record);
    return ok;
}

/* ----- reading ----- */

/* The entries of one file; 0 if each wants no more. */
static int each_in(const char *text, enroll_journal_fn *each, void *context)
{
    const char *at = strstr(text, START), *next = NULL, *end = NULL;

    for (; at != NULL; at = next) {
        struct enroll_record *record = NULL;
        const char *why = NULL;
        int more = 1;

        at++; /* the line break before it */
        next = strstr(at, START);
        end = strstr(at, END);
        if (end == NULL || (next != NULL && end > next))
            continue; /* torn */
        record = enroll_record_parse(
            kind, at, (size_t)(end - at) + sizeof(END) - 1, &why);
        if (record != NULL)
            more = each(context, record);
        enroll_record_free(record);
        if (!more)
            return 0;
    }
    return 1;
}

static int read_one(int profile_fd, int i, enroll_journal_fn *each,
                    void *context, int *more, struct enroll_problem *problem)
{
    char name[16], *text = NULL;
    size_t length = 0;

    /* Writers that saw it not yet full may have gone beyond. */
    switch (enroll_trust_read(profile_fd, name_of(i, name), name, 2 * FULL,
                              &text, &length, problem)) {
    case ENROLL_FOUND_BAD: return 0;
    case ENROLL_FOUND_MISSING: return 1;
    case ENROLL_FOUND: break;
    }
    /* What a crash of the machine left unwritten reads as zeros. */
    for (size_t at = 0; at < length; at++)
        if (text[at] == '\0')
            text[at] = '\n';
    *more = each_in(text, each, context);
    OPENSSL_free(text);
    return 1;
}

int enroll_journal_each(const struct enroll_profile *profile,
                        enroll_journal_fn *each, void *context,
                        struct enroll_problem *problem)
{
    int profile_fd = -1, more = 1, ok = 1;

    switch (enroll_identity_open(profile->state, profile->name, &profile_fd,
                                 problem)) {
    case ENROLL_FOUND_BAD: return 0;
    case ENROLL_FOUND_MISSING: return 1;
    case ENROLL_FOUND: break;
    }
    for (int i = OLD; ok && more && i >= 0; i--)
        ok = read_one(profile_fd, i, each, context, &more, problem);
    close(profile_fd);
    return ok;
}
