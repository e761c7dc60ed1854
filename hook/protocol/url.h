/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a URL leads, read by libcurl's own parser: what is compared here is
 * what will be connected to.
 */
#ifndef ENROLL_HOOK_PROTOCOL_URL_H
#define ENROLL_HOOK_PROTOCOL_URL_H

#define ENROLL_AUTHORITY_MAX 300 /* a host name, a port, brackets */

/*
 * "host" or "host:port" (port 443 left out) of an https URL without user name
 * or password; 1, or 0 with authority "" for anything else.
 */
int enroll_url_authority(const char *url, char authority[ENROLL_AUTHORITY_MAX]);

/* The same of any URL, for messages; never shows user or password. */
void enroll_url_shown(const char *url, char shown[ENROLL_AUTHORITY_MAX]);

/* Does entry ("host" or "host:port") name that authority? */
int enroll_url_is(const char *authority, const char *entry);

#endif
