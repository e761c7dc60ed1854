/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes down what changes below a folder, with the data, so that it can be
 * done again in part (replay). One operation a line, fields divided by tabs,
 * names relative to the folder, files by inode:
 *
 *   create INO NAME      folder INO NAME     symlink TARGET NAME
 *   rename OLD NEW       link OLD NEW        unlink NAME
 *   write INO OFFSET HEX                     truncate INO LENGTH
 *   mode INO OCTAL       sync INO            send LENGTH
 */
#ifndef ENROLL_TESTS_FAULTS_JOURNAL_H
#define ENROLL_TESTS_FAULTS_JOURNAL_H

#include <stdio.h>

#include "calls.h"

/* Between the entry of a call and its end. */
struct journal_entry {
    int open; /* 1: waits for the end of the call */
    int existed;
    long long offset;
    struct call call;
    unsigned char *data; /* free */
    size_t length;
};

/* 1 if the call is one to be noted at its end. */
int journal_enter(struct journal_entry *entry, const struct call *call,
                  const char *below);

/* result: of the call; nothing is noted of one that failed. */
void journal_leave(struct journal_entry *entry, const char *below,
                   long long result, FILE *journal);

#endif
