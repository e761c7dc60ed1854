/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subjects as people write them: "O=Example, Inc.,CN=Example, Inc." A comma
 * separates only where ATTRIBUTE= follows; a backslash takes what comes next
 * as it is (in enroll.conf, two: CONF takes one away).
 */
#ifndef ENROLL_HOOK_SUBJECT_H
#define ENROLL_HOOK_SUBJECT_H

#include <openssl/x509.h>

/* The caller's: X509_NAME_free; NULL if it can't be understood. */
X509_NAME *enroll_subject_parse(const char *text);

/* 1 if each attribute of wanted stands in name with the same value. */
int enroll_subject_contains(const X509_NAME *name, const X509_NAME *wanted);

#endif
