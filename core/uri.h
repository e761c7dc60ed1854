/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The name by which a tool asks for an identity:
 *
 *   enroll:PROFILE[?QUERY]     enroll://PROFILE[?QUERY]
 *   QUERY = item [ "&" item ]...
 *   item  = "min-remaining=" DURATION | "part=chain" | "generation=" NUMBER
 *
 * The scheme is case-insensitive, everything else is not. An unknown item is
 * an error: a misspelt restriction must not be dropped.
 */
#ifndef ENROLL_CORE_URI_H
#define ENROLL_CORE_URI_H

#define ENROLL_PROFILE_MAX 64
#define ENROLL_URI_MAX     512

struct enroll_uri {
    char profile[ENROLL_PROFILE_MAX + 1];
    long min_remaining;       /* seconds; -1: not given */
    unsigned long generation; /* 0: whichever is current */
    int chain_only;           /* part=chain: intermediates, nothing else */
};

enum enroll_uri_result {
    ENROLL_URI_FOREIGN, /* another scheme: none of our business */
    ENROLL_URI_OK,
    ENROLL_URI_BAD /* ours, but not to be understood; *why says it */
};

/*
 * *why is set on ENROLL_URI_BAD to a static string; *uri is written only on
 * ENROLL_URI_OK.
 */
enum enroll_uri_result enroll_uri_parse(const char *text,
                                        struct enroll_uri *uri,
                                        const char **why);

/* 1 if name can name a profile (and with it a folder), else 0. */
int enroll_profile_name_ok(const char *name);

#endif
