/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads records from disk. Called for every record of an identity's state;
 * writes nothing.
 */
#include "core/load.h"

#include <openssl/crypto.h>

int enroll_load_newer(const char *kind, const char *text, size_t length,
                      struct enroll_problem *problem)
{
    unsigned long version = enroll_record_version(kind, text, length);

    if (version <= ENROLL_RECORD_VERSION)
        return 0;
    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "the state was written by a newer enroll-provider "
                       "(%s=%lu); update enroll-provider on this machine, or "
                       "give it a state folder of its own",
                       kind, version);
    return 1;
}

enum enroll_found enroll_load(int folder, const char *name, const char *kind,
                              enum enroll_class damaged, const char *remedy,
                              struct enroll_record **record,
                              struct enroll_problem *problem)
{
    const char *why = NULL;
    char *text = NULL;
    size_t length = 0;
    enum enroll_found found = enroll_trust_read(
        folder, name, name, ENROLL_RECORD_MAX, &text, &length, problem);

    if (found != ENROLL_FOUND)
        return found;
    *record = enroll_record_parse(kind, text, length, &why);
    if (*record == NULL && !enroll_load_newer(kind, text, length, problem))
        enroll_problem_set(problem, damaged, "the file '%s' is damaged: %s%s%s",
                           name, why, remedy == NULL ? "" : "; ",
                           remedy == NULL ? "" : remedy);
    OPENSSL_free(text);
    return *record != NULL ? ENROLL_FOUND : ENROLL_FOUND_BAD;
}
