/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manager's own authorities, kept in DIR/ca as NAME.key and NAME.pem:
 *
 *   root ── issuing ── (what is enrolled)
 *               └───── ocsp-signer
 *   tsa-root ── tsa-ca ── tsa-signer
 *   tls-ca ── (the server's certificate, made anew at each start)
 *
 * Three separate roots, so that a client which trusts the wrong one notices.
 * Shapes: CA/B Forum Code Signing Baseline Requirements 7.1.2.
 */
#ifndef MANAGER_AUTHORITY_H
#define MANAGER_AUTHORITY_H

#include "certificate.h"

enum ca_role {
    CA_ROOT,
    CA_ISSUING,
    CA_TSA_ROOT,
    CA_TSA,
    CA_TSA_SIGNER,
    CA_TLS,
    CA_OCSP,
    CA_ROLES
};

struct authority {
    struct identity id[CA_ROLES];
};

/*
 * Loads what dir/ca holds and makes what is missing: keys of type key_type or,
 * if that is NULL, of the usual ones; URLs in certificates below http_url.
 * NULL on failure, said on stderr.
 */
struct authority *authority_create(const char *dir, const char *key_type,
                                   const char *http_url, int64_t now);

/* Loads a complete one; what later versions have added may be missing. */
struct authority *authority_load(const char *dir);
void authority_free(struct authority *ca);

/* The name files and URLs use (root, issuing, ...), and back: -1 for none. */
const char *authority_name(enum ca_role role);
int authority_role(const char *name);

/* Which authority issued that of the role; a root itself. */
enum ca_role authority_issuer(enum ca_role role);

#endif
