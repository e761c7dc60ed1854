/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every part of the manager is handed: the folder it lives in, its
 * database, its authorities and the addresses it answers on.
 *
 * The subcommands make one with manager_open(); the server adds the addresses.
 * Nothing here is shared with the hook: both sides parse each other's words
 * on their own, so that a mistake in one cannot be cancelled by the other.
 */
#ifndef MANAGER_MANAGER_H
#define MANAGER_MANAGER_H

#include <stdint.h>

struct authority;
struct database;

struct manager {
    char *dir;
    struct database *db;
    struct authority *ca;
    char *api_url;   /* https://HOST:PORT, no slash at the end */
    char *http_url;  /* http://HOST:PORT: time stamps, CRLs, issuers */
    char *token_url; /* what WWW-Authenticate names */
    int stop_fd;     /* becomes readable when the manager is to stop, or -1 */
};

/* Path of the OAuth 2 token endpoint, as SCM's own server has it. */
#define MANAGER_TOKEN_PATH                                                     \
    "/auth/realms/apiclients/protocol/openid-connect/token"

/*
 * Opens the manager that `enroll-manager demo` made in dir, without starting
 * it. Returns 1, or 0 after saying on stderr what is wrong.
 */
int manager_open(struct manager *m, const char *dir);
void manager_close(struct manager *m);

/* The manager's own time: the system's, shifted where a test asks for it. */
int64_t manager_now(struct database *db);

#endif
