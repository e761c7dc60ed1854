/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WWW-Authenticate of a 401 (RFC 9110, 11.6.1), as far as SCM uses it: the
 * address of its token endpoint, either as the parameter authorization_uri of
 * a challenge or as the bare address.
 */
#ifndef ENROLL_HOOK_PROTOCOL_CHALLENGE_H
#define ENROLL_HOOK_PROTOCOL_CHALLENGE_H

#include <stddef.h>

/*
 * The address in value's length bytes into url, NUL-terminated; 1, or 0 if
 * there is none that fits, with url "".
 */
int enroll_challenge_token_url(const char *value, size_t length, char *url,
                               size_t size);

#endif
