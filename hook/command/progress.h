/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Progress for a person: one line on standard error at each change of state.
 */
#ifndef ENROLL_HOOK_COMMAND_PROGRESS_H
#define ENROLL_HOOK_COMMAND_PROGRESS_H

/* An enroll_progress_fn; context is the profile's name. */
void enroll_progress_print(void *context, const char *line);

#endif
