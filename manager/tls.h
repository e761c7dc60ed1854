/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's own certificate, made anew at each start: its key is never
 * written to disk.
 */
#ifndef MANAGER_TLS_H
#define MANAGER_TLS_H

#include "authority.h"

struct tls_identity {
    char *cert_pem;
    char *key_pem;
};

/* For 127.0.0.1, ::1, localhost and the address listened on. 1 or 0. */
int tls_make(const struct authority *ca, const char *address,
             struct tls_identity *out);
void tls_clear(struct tls_identity *tls);

#endif
