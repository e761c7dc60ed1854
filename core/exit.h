/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The classes of failure that a person, a script, the protocol, the state on
 * disk and the metrics all share, and the exit codes of enroll-hook. The
 * numbers are a contract with build scripts: never renumber one.
 */
#ifndef ENROLL_CORE_EXIT_H
#define ENROLL_CORE_EXIT_H

enum enroll_class {
    ENROLL_OK = 0,
    ENROLL_USAGE = 2,
    ENROLL_NOT_USABLE = 10,    /* certificate missing, expired, revoked */
    ENROLL_PENDING = 11,       /* somebody has to approve the request */
    ENROLL_THROTTLED = 12,     /* the manager says: later */
    ENROLL_UNREACHABLE = 13,   /* no answer, or none that makes sense */
    ENROLL_KEY = 14,           /* key or token */
    ENROLL_TIMESTAMP = 15,     /* no time-stamp authority gave a good token */
    ENROLL_POLICY = 16,        /* refused by this machine's own rules */
    ENROLL_VERIFICATION = 17,  /* what came back is not what was asked for */
    ENROLL_REJECTED = 18,      /* refused by the manager */
    ENROLL_CONFIGURATION = 20, /* enroll.conf, permissions, state folder */
    ENROLL_INTERNAL = 70       /* ours to mend */
};

/* A lower-case word, e.g. "unreachable"; never NULL. */
const char *enroll_class_name(enum enroll_class class);

/* Sets *class and returns 1, or returns 0 for a word that is none. */
int enroll_class_parse(const char *name, enum enroll_class *class);

#endif
