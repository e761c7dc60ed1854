/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The locks of an identity: open-file-description locks on files of
 * STATE/PROFILE (fcntl(2), F_OFD_SETLK). The kernel lets go of it when the last
 * descriptor is closed, however its owner ended; a child inherits it. That the
 * file exists means nothing.
 */
#ifndef ENROLL_CORE_LOCK_H
#define ENROLL_CORE_LOCK_H

/* Held around every change of state. */
#define ENROLL_LOCK_STATE "lock"
/*
 * Held by a command that a person gave and that waits for the other: whoever
 * only waits for an approval then stands back.
 */
#define ENROLL_LOCK_HAND "hand"

enum enroll_lock_result {
    ENROLL_LOCK_TAKEN, /* *fd holds it until closed */
    ENROLL_LOCK_BUSY,  /* somebody else is at it */
    ENROLL_LOCK_FAILED /* errno says why */
};

/* Tries once, without waiting; creates the file. */
enum enroll_lock_result enroll_lock_try(int profile_fd, const char *name,
                                        int *fd);

/* 1 if somebody holds it now. Takes nothing, writes nothing. */
int enroll_lock_held(int profile_fd, const char *name);

#endif
