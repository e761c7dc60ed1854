/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was signed, as far as signatures are seen: STATE/PROFILE/signed, one
 * record "enroll-signed" (core/record.h) after the other, each behind an empty
 * line and appended in one write. At 4 MiB it becomes signed.1, signed.1
 * becomes signed.2 ...; the ninth goes.
 *
 *   time          seconds since the epoch
 *   generation    that signed
 *   leaf-sha256, serial   its certificate; both outlive the generation
 *   file          its path, absolute
 *   sha256        of the signed file
 *   tool, user    with what, and who
 *
 * Needs no lock, to write or to read.
 */
#ifndef ENROLL_HOOK_REPORT_JOURNAL_H
#define ENROLL_HOOK_REPORT_JOURNAL_H

#include <openssl/x509.h>

#include "core/record.h"
#include "hook/profile.h"

struct enroll_journal_entry {
    unsigned long generation;
    const X509 *leaf;
    const char *file, *sha256, *tool;
};

/* Appends it, now, by whoever this is. 1, or 0 and *problem. */
int enroll_journal_add(const struct enroll_profile *profile,
                       const struct enroll_journal_entry *entry,
                       struct enroll_problem *problem);

/* 1 to go on, 0 to end. */
typedef int enroll_journal_fn(void *context, const struct enroll_record *entry);

/*
 * Every entry, oldest first; what was torn by a crash is left out. 1, or 0 and
 * *problem: a file that can't be read. That there is none is fine.
 */
int enroll_journal_each(const struct enroll_profile *profile,
                        enroll_journal_fn *each, void *context,
                        struct enroll_problem *problem);

#endif
