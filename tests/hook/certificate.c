/* SPDX-License-Identifier: Apache-2.0 */
/* Makes certificates. Used by review.c and judging.c. */
#include "tests/hook/certificate.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/x509v3.h>

#include "hook/subject.h"

static void must(int ok)
{
    if (ok)
        return;
    fputs("a certificate for the test could not be made\n", stderr);
    exit(1);
}

/* Extensions that may refer to sections want one. */
static CONF *empty_conf(void)
{
    CONF *conf = NCONF_new(NULL);
    BIO *empty = BIO_new_mem_buf("\n", 1);

    must(conf != NULL && NCONF_load_bio(conf, empty, NULL) > 0);
    BIO_free(empty);
    return conf;
}

X509 *certificate_make(const struct spec *spec, EVP_PKEY *key,
                       const struct authority *by)
{
    X509 *certificate = X509_new();
    X509_NAME *name = enroll_subject_parse(spec->subject);
    ASN1_INTEGER *serial = NULL;
    BIGNUM *number = NULL;
    CONF *no_conf = empty_conf();
    X509V3_CTX context;

    BN_hex2bn(&number, spec->serial);
    serial = BN_to_ASN1_INTEGER(number, NULL);
    X509_set_version(certificate, 2);
    X509_set_serialNumber(certificate, serial);
    ASN1_TIME_set(X509_getm_notBefore(certificate), spec->from);
    ASN1_TIME_set(X509_getm_notAfter(certificate),
                  spec->from + spec->days * DAY - 1);
    X509_set_subject_name(certificate, name);
    X509_set_issuer_name(certificate,
                         by == NULL ? name
                                    : X509_get_subject_name(by->certificate));
    X509_set_pubkey(certificate, key);
    X509V3_set_ctx(&context, by == NULL ? certificate : by->certificate,
                   certificate, NULL, NULL, 0);
    X509V3_set_nconf(&context, no_conf);
    for (size_t i = 0; i < EXTENSIONS && spec->extensions[i].name != NULL;
         i++) {
        X509_EXTENSION *extension =
            X509V3_EXT_nconf(no_conf, &context, spec->extensions[i].name,
                             spec->extensions[i].value);

        must(extension != NULL &&
             X509_add_ext(certificate, extension, -1) == 1);
        X509_EXTENSION_free(extension);
    }
    must(X509_sign(certificate, by == NULL ? key : by->key,
                   spec->digest == NULL ? EVP_sha256() : spec->digest) > 0);
    ASN1_INTEGER_free(serial);
    BN_free(number);
    X509_NAME_free(name);
    NCONF_free(no_conf);
    return certificate;
}
