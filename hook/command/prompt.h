/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to a person at a terminal.
 */
#ifndef ENROLL_HOOK_COMMAND_PROMPT_H
#define ENROLL_HOOK_COMMAND_PROMPT_H

/* 1 if there is somebody to ask: standard input and error are terminals. */
int enroll_prompt_possible(void);

/*
 * "QUESTION [FALLBACK]: " and the answer, the fallback for an empty line; a new
 * string (OPENSSL_free). NULL at the end of input. An empty answer without a
 * fallback is asked again where required, else "".
 */
char *enroll_prompt(const char *question, const char *fallback, int required);

/* Without echo; OPENSSL_clear_free with its strlen. NULL: none was given. */
char *enroll_prompt_secret(const char *question);

#endif
