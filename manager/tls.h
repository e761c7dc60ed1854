/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's own certificate, made anew at each start: its key is never
 * written to disk.
 */
#ifndef MANAGER_TLS_H
#define MANAGER_TLS_H

#include "authority.h"

/* All but the first are for tests. */
enum tls_kind {
    TLS_SOUND,
    TLS_EXPIRED,
    TLS_WRONG_NAME,
    TLS_SELF_SIGNED,
    TLS_OLD_VERSION, /* sound, but for the protocol's */
    TLS_KINDS
};

struct tls_identity {
    char *cert_pem;
    char *key_pem;
    const char *priorities; /* GnuTLS's, which libmicrohttpd uses */
};

/* For 127.0.0.1, ::1, localhost and the address listened on. 1 or 0. */
int tls_make(const struct authority *ca, const char *address,
             enum tls_kind kind, struct tls_identity *out);
void tls_clear(struct tls_identity *tls);

#endif
