/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manager's own authorities: made once, loaded at each start. Called by
 * the subcommands; leaf.c, crl.c and tsa.c sign with what is loaded here.
 */
#include "authority.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "authority_files.h"
#include "files.h"
#include "text.h"

#define DAY ((int64_t)86400)

struct extension {
    int nid;
    const char *value;
};

#define ROOT_EXTENSIONS                                                        \
    {NID_basic_constraints, "critical,CA:TRUE"},                               \
        {NID_key_usage, "critical,keyCertSign,cRLSign"},                       \
        {NID_subject_key_identifier, "hash"},                                  \
    {                                                                          \
        0, NULL                                                                \
    }

static const struct recipe {
    const char *name;
    const char *common_name;
    enum ca_role issuer;
    const char *key_type;
    int asked; /* ... unless another type is asked for */
    int added; /* folders made before it was have none yet */
    int64_t days;
    struct extension extensions[8];
} recipes[CA_ROLES] = {
    [CA_ROOT] =
        {
            .name = "root",
            .common_name = "Enroll Demo Code Signing Root",
            .issuer = CA_ROOT,
            .key_type = "rsa:3072",
            .asked = 1,
            .days = 3652,
            .extensions = {ROOT_EXTENSIONS},
        },
    [CA_ISSUING] =
        {
            .name = "issuing",
            .common_name = "Enroll Demo Code Signing CA",
            .issuer = CA_ROOT,
            .key_type = "rsa:3072",
            .asked = 1,
            .days = 3650,
            .extensions = {{NID_basic_constraints,
                            "critical,CA:TRUE,pathlen:0"},
                           {NID_key_usage, "critical,keyCertSign,cRLSign"},
                           {NID_ext_key_usage, "codeSigning"},
                           {NID_certificate_policies, "2.23.140.1.4.1"},
                           {NID_subject_key_identifier, "hash"},
                           {NID_authority_key_identifier, "keyid:always"},
                           {0, NULL}},
        },
    [CA_TSA_ROOT] =
        {
            .name = "tsa-root",
            .common_name = "Enroll Demo Time Stamping Root",
            .issuer = CA_TSA_ROOT,
            .key_type = "ec:P-256",
            .asked = 1,
            .days = 3652,
            .extensions = {ROOT_EXTENSIONS},
        },
    [CA_TSA] =
        {
            .name = "tsa-ca",
            .common_name = "Enroll Demo Time Stamping CA",
            .issuer = CA_TSA_ROOT,
            .key_type = "ec:P-256",
            .asked = 1,
            .days = 3650,
            .extensions = {{NID_basic_constraints,
                            "critical,CA:TRUE,pathlen:0"},
                           {NID_key_usage, "critical,keyCertSign,cRLSign"},
                           {NID_ext_key_usage, "timeStamping"},
                           {NID_certificate_policies, "2.23.140.1.4.2"},
                           {NID_subject_key_identifier, "hash"},
                           {NID_authority_key_identifier, "keyid:always"},
                           {0, NULL}},
        },
    [CA_TSA_SIGNER] =
        {
            .name = "tsa-signer",
            .common_name = "Enroll Demo Time Stamping Signer 1",
            .issuer = CA_TSA,
            .key_type = "rsa:3072",
            .days = 3648,
            .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                           {NID_key_usage, "critical,digitalSignature"},
                           {NID_ext_key_usage, "critical,timeStamping"},
                           {NID_certificate_policies,
                            "1.3.6.1.4.1.32473.1.2,2.23.140.1.4.2"},
                           {NID_subject_key_identifier, "hash"},
                           {NID_authority_key_identifier, "keyid:always"},
                           {0, NULL}},
        },
    [CA_TLS] =
        {
            .name = "tls-ca",
            .common_name = "Enroll Demo TLS CA",
            .issuer = CA_TLS,
            .key_type = "ec:P-256",
            .days = 3652,
            .extensions = {ROOT_EXTENSIONS},
        },
    [CA_OCSP] =
        {
            .name = "ocsp-signer",
            .common_name = "Enroll Demo OCSP Signer 1",
            .issuer = CA_ISSUING,
            .key_type = "ec:P-256",
            .added = 1,
            .days = 3648,
            .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                           {NID_key_usage, "critical,digitalSignature"},
                           {NID_ext_key_usage, "OCSPSigning"},
                           {NID_id_pkix_OCSP_noCheck, "yes"},
                           {NID_subject_key_identifier, "hash"},
                           {NID_authority_key_identifier, "keyid:always"},
                           {0, NULL}},
        },
};

const char *authority_name(enum ca_role role)
{
    return recipes[role].name;
}

int authority_role(const char *name)
{
    int role;

    for (role = 0; role < CA_ROLES; role++)
        if (strcmp(recipes[role].name, name) == 0)
            return role;
    return -1;
}

enum ca_role authority_issuer(enum ca_role role)
{
    return recipes[role].issuer;
}

/* ----- keys ----- */

struct key_job {
    pthread_t thread;
    int started;
    const char *type;
    EVP_PKEY *key;
};

static void *key_job_run(void *arg)
{
    struct key_job *job = arg;

    job->key = key_generate(job->type);
    return NULL;
}

/* The time to make them is most of the first start: RSA where others look
 * at it (RSA-4096 takes several seconds), P-256 above the time stamps.
 * All missing keys at once: each thread takes a processor of its own. */
static int keys_make(struct authority *ca, const char *folder,
                     const char *key_type)
{
    struct key_job jobs[CA_ROLES];
    int role, ok = 1;

    memset(jobs, 0, sizeof(jobs));
    for (role = 0; role < CA_ROLES; role++) {
        if (ca->id[role].key != NULL)
            continue;
        jobs[role].type = recipes[role].key_type;
        if (recipes[role].asked && key_type != NULL)
            jobs[role].type = key_type;
        jobs[role].started = pthread_create(&jobs[role].thread, NULL,
                                            key_job_run, &jobs[role]) == 0;
    }
    for (role = 0; role < CA_ROLES; role++) {
        if (ca->id[role].key != NULL)
            continue;
        if (jobs[role].started)
            pthread_join(jobs[role].thread, NULL);
        ca->id[role].key = jobs[role].key;
        ok = ok && jobs[role].key != NULL &&
             authority_key_save(folder, recipes[role].name, jobs[role].key);
    }
    return ok;
}

/* ----- certificates ----- */

/* Where the issuer's CRL and certificate are found, unless it is a root. */
static int extend_with_urls(X509 *cert, X509 *issuer, const char *issuer_name,
                            const char *http_url)
{
    char *crl = text_format("URI:%s/crl/%s.crl", http_url, issuer_name);
    char *aia =
        text_format("caIssuers;URI:%s/aia/%s.crt", http_url, issuer_name);
    int ok = crl != NULL && aia != NULL &&
             cert_extend(cert, issuer, NID_crl_distribution_points, crl) &&
             cert_extend(cert, issuer, NID_info_access, aia);

    free(crl);
    free(aia);
    return ok;
}

static X509 *certificate_make(const struct authority *ca, enum ca_role role,
                              const char *http_url, int64_t now)
{
    const struct recipe *r = &recipes[role];
    const struct identity *by = &ca->id[r->issuer];
    struct name_parts parts = {"DE", NULL, NULL, "Enroll Demo", r->common_name};
    X509 *issuer = r->issuer == role ? NULL : by->cert;
    X509_NAME *subject = name_make(&parts);
    const struct extension *e;
    X509 *cert = NULL;
    int ok;

    /* A day back, so that clocks which differ a little still agree. */
    if (subject != NULL)
        cert = cert_new(subject, ca->id[role].key, issuer, now - DAY,
                        now + r->days * DAY);
    ok = cert != NULL;
    for (e = r->extensions; ok && e->value != NULL; e++)
        ok = cert_extend(cert, issuer, e->nid, e->value);
    if (ok && issuer != NULL)
        ok = extend_with_urls(cert, issuer, recipes[r->issuer].name, http_url);
    if (!ok || !cert_sign(cert, by->key, NULL)) {
        complain_crypto(r->common_name);
        X509_free(cert);
        cert = NULL;
    }
    X509_NAME_free(subject);
    return cert;
}

/* ----- all of them ----- */

/* Loads what is there; where `all` is set, everything has to be (but for what
 * was added later: the next `demo` makes it). */
static int authority_read(struct authority *ca, const char *folder, int all)
{
    int role;

    for (role = 0; role < CA_ROLES; role++) {
        struct identity *id = &ca->id[role];
        const char *name = recipes[role].name;
        int wanted = all && !recipes[role].added;

        if (wanted || authority_part_exists(folder, name, "key")) {
            id->key = authority_key_load(folder, name);
            if (id->key == NULL)
                return 0;
        }
        if (wanted || authority_part_exists(folder, name, "pem")) {
            id->cert = authority_certificate_load(folder, name);
            if (id->cert == NULL)
                return 0;
        }
        if (id->cert != NULL && id->key != NULL &&
            !X509_check_private_key(id->cert, id->key)) {
            complain("%s/%s.key is not the key of %s.pem", folder, name, name);
            return 0;
        }
    }
    return 1;
}

static int certificates_make(struct authority *ca, const char *folder,
                             const char *http_url, int64_t now)
{
    int role;

    for (role = 0; role < CA_ROLES; role++) {
        struct identity *id = &ca->id[role];

        if (id->cert != NULL)
            continue;
        id->cert = certificate_make(ca, (enum ca_role)role, http_url, now);
        if (id->cert == NULL ||
            !authority_certificate_save(folder, recipes[role].name, id->cert))
            return 0;
    }
    return 1;
}

struct authority *authority_create(const char *dir, const char *key_type,
                                   const char *http_url, int64_t now)
{
    struct authority *ca = calloc(1, sizeof(*ca));
    char *folder = file_path(dir, "ca");

    if (ca == NULL || folder == NULL || !folder_make(folder) ||
        !authority_read(ca, folder, 0) || !keys_make(ca, folder, key_type) ||
        !certificates_make(ca, folder, http_url, now)) {
        authority_free(ca);
        ca = NULL;
    }
    free(folder);
    return ca;
}

struct authority *authority_load(const char *dir)
{
    struct authority *ca = calloc(1, sizeof(*ca));
    char *folder = file_path(dir, "ca");

    if (ca == NULL || folder == NULL || !authority_read(ca, folder, 1)) {
        authority_free(ca);
        ca = NULL;
    }
    free(folder);
    return ca;
}

void authority_free(struct authority *ca)
{
    int role;

    if (ca == NULL)
        return;
    for (role = 0; role < CA_ROLES; role++)
        identity_clear(&ca->id[role]);
    free(ca);
}
