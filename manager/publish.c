/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What certificates point to, over plain http: CRLs and issuers.
 */
#include "endpoints.h"

#include <stdlib.h>

#include <openssl/crypto.h>

#include "authority.h"
#include "crl.h"

/* An authority (not something it issued) of the path's name. */
static int role_of(const struct request *request)
{
    int role = authority_role(request->name);

    if (role == CA_TSA_SIGNER || role == CA_OCSP || role == CA_TLS)
        role = -1;
    return role;
}

void publish_crl(struct request *request, struct reply *reply)
{
    int role = role_of(request), length = 0;
    unsigned char *der = NULL;

    if (role < 0)
        reply_status(reply, 404);
    else if (crl_current(request->manager, (enum ca_role)role, &der, &length))
        reply_bytes(reply, 200, "application/pkix-crl", der, (size_t)length);
    else
        reply_status(reply, 500);
    free(der);
}

void publish_issuer(struct request *request, struct reply *reply)
{
    int role = role_of(request), length = 0;
    unsigned char *der = NULL;

    if (role < 0) {
        reply_status(reply, 404);
        return;
    }
    length = i2d_X509(request->manager->ca->id[role].cert, &der);
    if (length > 0)
        reply_bytes(reply, 200, "application/pkix-cert", der, (size_t)length);
    else
        reply_status(reply, 500);
    OPENSSL_free(der);
}
