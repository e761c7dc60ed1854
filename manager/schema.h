/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, as steps. A step once released never changes; what is new
 * becomes the next one. PRAGMA user_version is the number of steps done.
 */
#ifndef MANAGER_SCHEMA_H
#define MANAGER_SCHEMA_H

extern const char *const schema_step[];
extern const int schema_steps;

#endif
