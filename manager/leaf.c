/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The code signing certificate itself: OV leaf of the CA/B Forum Code Signing
 * Baseline Requirements (7.1.2.3), with the defects that tests ask for as
 * small departures from it. Called by orders.c when an order is issued.
 */
#include "leaf.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "account.h"
#include "authority.h"
#include "certificate.h"
#include "manager.h"
#include "text.h"

#define DAY            ((int64_t)86400)
#define POLICY_CABF_OV "2.23.140.1.4.1"

/* What a leaf says; the defects change one thing each. */
struct shape {
    const char *common_name; /* NULL: the account's organization */
    const char *key_usage;   /* NULL: none */
    const char *ext_key_usage;
    const char *constraints;
    int64_t shift;    /* of the whole period, seconds */
    int64_t validity; /* 0: the profile's */
    const char *digest;
    int other_key; /* somebody else's key */
    int weak_key;  /* RSA-1024, which cannot be the CSR's either */
};

static const struct shape sound = {
    .key_usage = "critical,digitalSignature",
    .ext_key_usage = "codeSigning",
    .constraints = "critical,CA:FALSE",
};

static void defect_other_key(struct shape *s)
{
    s->other_key = 1;
}

static void defect_wrong_eku(struct shape *s)
{
    s->ext_key_usage = "serverAuth";
}

static void defect_any_eku(struct shape *s)
{
    s->ext_key_usage = "codeSigning,anyExtendedKeyUsage";
}

static void defect_ca(struct shape *s)
{
    s->constraints = "critical,CA:TRUE";
    s->key_usage = "critical,digitalSignature,keyCertSign,cRLSign";
}

static void defect_expired(struct shape *s)
{
    s->shift = -31 * DAY;
    s->validity = 30 * DAY;
}

static void defect_not_yet_valid(struct shape *s)
{
    s->shift = 30 * DAY;
}

static void defect_too_long(struct shape *s)
{
    s->validity = 500 * DAY;
}

static void defect_rsa_1024(struct shape *s)
{
    s->weak_key = 1;
}

static void defect_other_subject(struct shape *s)
{
    s->common_name = "Mallory Enterprises Ltd";
}

static void defect_no_ku(struct shape *s)
{
    s->key_usage = NULL;
}

static void defect_sha1(struct shape *s)
{
    s->digest = "SHA1";
}

static const struct defect {
    const char *name;
    void (*apply)(struct shape *s);
} defects[] = {
    {"other-key", defect_other_key},
    {"wrong-eku", defect_wrong_eku},
    {"any-eku", defect_any_eku},
    {"ca", defect_ca},
    {"expired", defect_expired},
    {"not-yet-valid", defect_not_yet_valid},
    {"too-long", defect_too_long},
    {"rsa-1024", defect_rsa_1024},
    {"other-subject", defect_other_subject},
    {"no-ku", defect_no_ku},
    {"sha1", defect_sha1},
};

static const struct defect *defect_find(const char *name)
{
    size_t i;

    for (i = 0; name != NULL && i < sizeof(defects) / sizeof(defects[0]); i++)
        if (strcmp(defects[i].name, name) == 0)
            return &defects[i];
    return NULL;
}

int leaf_defect_known(const char *name)
{
    return defect_find(name) != NULL;
}

/* A mailbox cannot go through cert_extend(): its text is the applicant's,
 * and a comma in it would start another entry. */
static int extend_with_email(X509 *cert, const char *email)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    int ok = 0;

    if (names != NULL && name != NULL && text != NULL &&
        ASN1_STRING_set(text, email, -1)) {
        GENERAL_NAME_set0_value(name, GEN_EMAIL, text);
        text = NULL;
        if (sk_GENERAL_NAME_push(names, name)) {
            name = NULL;
            ok = X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, 0);
        }
    }
    ASN1_IA5STRING_free(text);
    GENERAL_NAME_free(name);
    GENERAL_NAMES_free(names);
    return ok > 0;
}

/* Extensions whose values depend on account and addresses. */
static int extend_with_places(X509 *cert, X509 *issuer, const struct manager *m,
                              const struct account *account)
{
    char *policies = text_format("%s,%s", account->policy, POLICY_CABF_OV);
    char *crl = text_format("URI:%s/crl/issuing.crl", m->http_url);
    char *aia = text_format("caIssuers;URI:%s/aia/issuing.crt,OCSP;URI:%s/ocsp",
                            m->http_url, m->http_url);
    int ok = policies != NULL && crl != NULL && aia != NULL &&
             cert_extend(cert, issuer, NID_certificate_policies, policies) &&
             cert_extend(cert, issuer, NID_crl_distribution_points, crl) &&
             cert_extend(cert, issuer, NID_info_access, aia);

    free(policies);
    free(crl);
    free(aia);
    return ok;
}

static X509_NAME *leaf_subject(const struct account *account,
                               const struct shape *shape)
{
    struct name_parts parts = {
        .country = account->country,
        .state = account->state,
        .locality = account->locality,
        .organization = account->organization,
        .common_name = account->organization,
    };

    if (shape->common_name != NULL) {
        parts.organization = shape->common_name;
        parts.common_name = shape->common_name;
    }
    return name_make(&parts);
}

static X509 *leaf_bare(const struct manager *m, const struct leaf_request *r,
                       const struct shape *shape, EVP_PKEY *key)
{
    int64_t validity = shape->validity, from;
    X509_NAME *subject = leaf_subject(r->account, shape);
    X509 *cert = NULL;

    if (validity == 0)
        validity = r->account->validity;
    from = r->now - r->account->backdate + shape->shift;
    /* Both ends belong to the period (CSBR 1.6.1), hence the second less. */
    if (subject != NULL)
        cert = cert_new(subject, key, m->ca->id[CA_ISSUING].cert, from,
                        from + validity - 1);
    X509_NAME_free(subject);
    return cert;
}

static int leaf_extend(X509 *cert, const struct manager *m,
                       const struct leaf_request *r, const struct shape *shape)
{
    X509 *issuer = m->ca->id[CA_ISSUING].cert;

    return cert_extend(cert, issuer, NID_basic_constraints,
                       shape->constraints) &&
           (shape->key_usage == NULL ||
            cert_extend(cert, issuer, NID_key_usage, shape->key_usage)) &&
           cert_extend(cert, issuer, NID_ext_key_usage, shape->ext_key_usage) &&
           extend_with_places(cert, issuer, m, r->account) &&
           (r->san_email == NULL || extend_with_email(cert, r->san_email)) &&
           cert_extend(cert, issuer, NID_subject_key_identifier, "hash") &&
           cert_extend(cert, issuer, NID_authority_key_identifier,
                       "keyid:always");
}

/* The CSR's key, or the one the defect asks for; a reference to free. */
static EVP_PKEY *leaf_key(const struct manager *m, const struct leaf_request *r,
                          const struct shape *shape)
{
    EVP_PKEY *key = r->key;

    if (shape->weak_key)
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
    if (shape->other_key)
        key = m->ca->id[CA_TSA_SIGNER].key;
    return EVP_PKEY_up_ref(key) ? key : NULL;
}

X509 *leaf_issue(const struct manager *m, const struct leaf_request *request)
{
    const struct defect *defect = defect_find(request->defect);
    struct shape shape = sound;
    EVP_MD *digest = NULL;
    EVP_PKEY *key = NULL;
    X509 *cert = NULL;

    if (defect != NULL)
        defect->apply(&shape);
    if (shape.digest != NULL)
        digest = EVP_MD_fetch(NULL, shape.digest, NULL);
    key = leaf_key(m, request, &shape);
    if (key != NULL)
        cert = leaf_bare(m, request, &shape, key);
    if (cert == NULL || !leaf_extend(cert, m, request, &shape) ||
        !cert_sign(cert, m->ca->id[CA_ISSUING].key, digest)) {
        complain_crypto("issuing a certificate");
        X509_free(cert);
        cert = NULL;
    }
    EVP_PKEY_free(key);
    EVP_MD_free(digest);
    return cert;
}
