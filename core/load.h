/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records as files of a trusted folder, for the provider and the hook alike.
 * What a newer version wrote is neither read nor taken for damage: damage is
 * set aside and replaced, and that must not happen to what is good elsewhere.
 */
#ifndef ENROLL_CORE_LOAD_H
#define ENROLL_CORE_LOAD_H

#include "core/record.h"
#include "core/trust.h"

/*
 * The record of that kind in folder/name. A damaged one is BAD and *problem of
 * class damaged: "the file 'NAME' is damaged: WHY" and, unless it is NULL,
 * "; REMEDY". One of a newer version is BAD and of class configuration, like a
 * file that is not to be trusted. *record is the caller's: enroll_record_free.
 */
enum enroll_found enroll_load(int folder, const char *name, const char *kind,
                              enum enroll_class damaged, const char *remedy,
                              struct enroll_record **record,
                              struct enroll_problem *problem);

/* 1 and *problem (class configuration) if text is of a newer version. */
int enroll_load_newer(const char *kind, const char *text, size_t length,
                      struct enroll_problem *problem);

#endif
