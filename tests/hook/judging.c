/* SPDX-License-Identifier: Apache-2.0 */
/* Answers about revocation: which of them count, and what they say. */
#include <stdlib.h>

#include <openssl/x509v3.h>

#include "hook/revocation/crl.h"
#include "hook/revocation/ocsp.h"
#include "tests/hook/certificate.h"
#include "tests/unit/check.h"

#define HOUR 3600L

static struct authority issuer, other, responder, stranger, plain, expired;
static X509 *leaf, *another;

static struct authority authority(const char *subject, long from, long days,
                                  struct extension first,
                                  struct extension second,
                                  const struct authority *by)
{
    const struct spec spec = {.subject = subject,
                              .serial = "1122334455667701",
                              .from = from,
                              .days = days,
                              .extensions = {first, second}};
    struct authority made = {.key = EVP_EC_gen("P-256")};

    made.certificate = certificate_make(&spec, made.key, by);
    return made;
}

static X509 *make_leaf(const char *serial)
{
    const struct spec spec = {
        .subject = "CN=Example AG,C=DE",
        .serial = serial,
        .from = NOW - DAY,
        .days = 365,
        .extensions = {{"extendedKeyUsage", "codeSigning"}}};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *made = certificate_make(&spec, key, &issuer);

    EVP_PKEY_free(key);
    return made;
}

static void make_all(void)
{
    static const struct extension ca = {"basicConstraints", "critical,CA:TRUE"};
    static const struct extension signs = {"keyUsage",
                                           "critical,keyCertSign,cRLSign"};
    static const struct extension ocsp = {"extendedKeyUsage", "OCSPSigning"};
    static const struct extension code = {"extendedKeyUsage", "codeSigning"};
    static const struct extension none = {NULL, NULL};

    issuer =
        authority("CN=Issuer,C=DE", NOW - 900 * DAY, 3000, ca, signs, NULL);
    other = authority("CN=Issuer,C=DE", NOW - 900 * DAY, 3000, ca, signs, NULL);
    responder = authority("CN=OCSP", NOW - DAY, 30, ocsp, none, &issuer);
    stranger = authority("CN=OCSP", NOW - DAY, 30, ocsp, none, &other);
    plain = authority("CN=Not", NOW - DAY, 30, code, none, &issuer);
    expired = authority("CN=Old", NOW - 40 * DAY, 30, ocsp, none, &issuer);
    leaf = make_leaf("1122334455667788");
    another = make_leaf("1122334455667799");
}

static struct enroll_revocation_of question(void)
{
    return (struct enroll_revocation_of){.leaf = leaf,
                                         .issuer = issuer.certificate,
                                         .now = NOW,
                                         .tolerance = 300};
}

static void expect(const struct enroll_revocation_result *result,
                   enum enroll_revocation_status status, const char *says)
{
    CHECK(result->status == status);
    CHECK((result->why[0] != '\0') == (status == ENROLL_REVOCATION_UNKNOWN));
    if (says != NULL && strstr(result->why, says) == NULL)
        fprintf(stderr, "'%s' does not say '%s'\n", result->why, says);
    CHECK(says == NULL || strstr(result->why, says) != NULL);
}

/* ----- OCSP ----- */

struct answer {
    const struct authority *by;
    X509 *about;
    int status, reason;
    long from, until; /* relative to now; until 0: none */
    enum enroll_revocation_status expected;
    const char *says;
};

static ASN1_TIME *instant(long at)
{
    return at == 0 ? NULL : ASN1_TIME_set(NULL, NOW + at);
}

static void check_answer(const struct answer *answer)
{
    const struct enroll_revocation_of of = question();
    OCSP_REQUEST *request = enroll_ocsp_request(leaf, issuer.certificate);
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(NULL, answer->about, issuer.certificate);
    ASN1_TIME *from = instant(answer->from), *until = instant(answer->until);
    ASN1_TIME *since = instant(-2 * DAY);
    OCSP_RESPONSE *response = NULL;
    struct enroll_revocation_result result;
    unsigned char *der = NULL;
    int length;

    CHECK(OCSP_basic_add1_status(basic, id, answer->status, answer->reason,
                                 since, from, until) != NULL);
    CHECK(OCSP_basic_sign(basic, answer->by->certificate, answer->by->key,
                          EVP_sha256(), NULL, 0) == 1);
    response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    length = i2d_OCSP_RESPONSE(response, &der);
    CHECK(length > 0);
    enroll_ocsp_judge(der, (size_t)length, request, &of, &result);
    expect(&result, answer->expected, answer->says);
    /* Cut short or with more behind it is no answer. */
    enroll_ocsp_judge(der, (size_t)length - 1, request, &of, &result);
    expect(&result, ENROLL_REVOCATION_UNKNOWN, "no OCSP response");
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    OCSP_CERTID_free(id);
    OCSP_REQUEST_free(request);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    ASN1_TIME_free(since);
}

static void answers(void)
{
    const int good = V_OCSP_CERTSTATUS_GOOD, bad = V_OCSP_CERTSTATUS_REVOKED;
    const struct answer list[] = {
        {&issuer, leaf, good, 0, -HOUR, HOUR, ENROLL_REVOCATION_GOOD, NULL},
        {&responder, leaf, good, 0, -HOUR, HOUR, ENROLL_REVOCATION_GOOD, NULL},
        {&responder, leaf, bad, 1, -HOUR, HOUR, ENROLL_REVOCATION_REVOKED,
         NULL},
        /* Clocks may differ, and no end means a few days. */
        {&responder, leaf, good, 0, 250, HOUR, ENROLL_REVOCATION_GOOD, NULL},
        {&responder, leaf, good, 0, -HOUR, -250, ENROLL_REVOCATION_GOOD, NULL},
        {&responder, leaf, good, 0, -9 * DAY, 0, ENROLL_REVOCATION_GOOD, NULL},
        {&responder, leaf, good, 0, -11 * DAY, 0, ENROLL_REVOCATION_UNKNOWN,
         "is old"},
        {&responder, leaf, good, 0, 400, HOUR, ENROLL_REVOCATION_UNKNOWN,
         "of the future"},
        {&responder, leaf, good, 0, -HOUR, -400, ENROLL_REVOCATION_UNKNOWN,
         "has expired"},
        {&responder, leaf, V_OCSP_CERTSTATUS_UNKNOWN, 0, -HOUR, HOUR,
         ENROLL_REVOCATION_UNKNOWN, "does not know"},
        {&responder, another, bad, 1, -HOUR, HOUR, ENROLL_REVOCATION_UNKNOWN,
         "another certificate"},
        /* Whoever the issuer did not appoint for this, or not any more. */
        {&stranger, leaf, bad, 1, -HOUR, HOUR, ENROLL_REVOCATION_UNKNOWN,
         "not signed by"},
        {&other, leaf, good, 0, -HOUR, HOUR, ENROLL_REVOCATION_UNKNOWN,
         "not signed by"},
        {&plain, leaf, good, 0, -HOUR, HOUR, ENROLL_REVOCATION_UNKNOWN,
         "not signed by"},
        {&expired, leaf, good, 0, -HOUR, HOUR, ENROLL_REVOCATION_UNKNOWN,
         "not signed by"},
    };

    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        check_answer(&list[i]);
}

/* ----- lists ----- */

struct list {
    const struct authority *by;
    X509 *revoked;
    int reason;
    long from, until; /* until 0: none */
    const char *extension, *value;
    enum enroll_revocation_status expected;
    const char *says;
};

static void add_revoked(X509_CRL *crl, const struct list *list)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
    ASN1_TIME *since = instant(-2 * DAY);

    CHECK(X509_REVOKED_set_serialNumber(
              entry, X509_get_serialNumber(list->revoked)) == 1);
    CHECK(X509_REVOKED_set_revocationDate(entry, since) == 1);
    CHECK(ASN1_ENUMERATED_set(reason, list->reason) == 1);
    CHECK(X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0) == 1);
    CHECK(X509_CRL_add0_revoked(crl, entry) == 1);
    ASN1_ENUMERATED_free(reason);
    ASN1_TIME_free(since);
}

static X509_CRL *make_list(const struct list *list)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = instant(list->from), *until = instant(list->until);
    X509_EXTENSION *extension = NULL;

    X509_CRL_set_version(crl, 1);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(list->by->certificate));
    X509_CRL_set1_lastUpdate(crl, from);
    if (until != NULL)
        X509_CRL_set1_nextUpdate(crl, until);
    if (list->revoked != NULL)
        add_revoked(crl, list);
    if (list->extension != NULL) {
        extension = X509V3_EXT_conf(NULL, NULL, list->extension, list->value);
        CHECK(extension != NULL && X509_CRL_add_ext(crl, extension, -1) == 1);
    }
    CHECK(X509_CRL_sign(crl, list->by->key, EVP_sha256()) > 0);
    X509_EXTENSION_free(extension);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    return crl;
}

static void check_list(const struct list *list)
{
    const struct enroll_revocation_of of = question();
    struct enroll_revocation_result result;
    X509_CRL *crl = make_list(list);
    unsigned char *der = NULL;
    int length = i2d_X509_CRL(crl, &der);

    CHECK(length > 0);
    enroll_crl_judge(der, (size_t)length, &of, &result);
    expect(&result, list->expected, list->says);
    if (result.status == ENROLL_REVOCATION_REVOKED) {
        CHECK(result.reason == list->reason);
        CHECK_STRING(result.date, "2027-01-13 08:00:00Z");
    }
    OPENSSL_free(der);
    X509_CRL_free(crl);
}

static void lists(void)
{
    static const char idp[] = "issuingDistributionPoint";
    const struct list list[] = {
        {&issuer, NULL, 0, -HOUR, HOUR, NULL, NULL, ENROLL_REVOCATION_GOOD,
         NULL},
        {&issuer, another, 1, -HOUR, HOUR, NULL, NULL, ENROLL_REVOCATION_GOOD,
         NULL},
        {&issuer, leaf, 4, -HOUR, HOUR, NULL, NULL, ENROLL_REVOCATION_REVOKED,
         NULL},
        {&issuer, NULL, 0, 250, HOUR, NULL, NULL, ENROLL_REVOCATION_GOOD, NULL},
        {&issuer, NULL, 0, -HOUR, -250, NULL, NULL, ENROLL_REVOCATION_GOOD,
         NULL},
        {&issuer, NULL, 0, 400, HOUR, NULL, NULL, ENROLL_REVOCATION_UNKNOWN,
         "not yet valid"},
        {&issuer, NULL, 0, -HOUR, -400, NULL, NULL, ENROLL_REVOCATION_UNKNOWN,
         "expired"},
        {&issuer, NULL, 0, -HOUR, 0, NULL, NULL, ENROLL_REVOCATION_UNKNOWN,
         "when the next"},
        /* The same name, another key. */
        {&other, leaf, 1, -HOUR, HOUR, NULL, NULL, ENROLL_REVOCATION_UNKNOWN,
         "signature"},
        {&responder, NULL, 0, -HOUR, HOUR, NULL, NULL,
         ENROLL_REVOCATION_UNKNOWN, "another issuer's"},
        /* Not complete: others may have what this one has not. */
        {&issuer, NULL, 0, -HOUR, HOUR, "2.5.29.27", "critical,DER:02:01:01",
         ENROLL_REVOCATION_UNKNOWN, "complete"},
        {&issuer, NULL, 0, -HOUR, HOUR, idp, "critical,indirectCRL:TRUE",
         ENROLL_REVOCATION_UNKNOWN, "complete"},
        {&issuer, NULL, 0, -HOUR, HOUR, idp, "critical,onlyCA:TRUE",
         ENROLL_REVOCATION_UNKNOWN, "complete"},
        {&issuer, NULL, 0, -HOUR, HOUR, "1.2.3.4.5", "critical,DER:05:00",
         ENROLL_REVOCATION_UNKNOWN, "critical"},
    };
    const struct enroll_revocation_of of = question();
    struct enroll_revocation_result result;

    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        check_list(&list[i]);
    enroll_crl_judge("garbage", 7, &of, &result);
    expect(&result, ENROLL_REVOCATION_UNKNOWN, "no revocation list");
}

static void forget(struct authority *made)
{
    X509_free(made->certificate);
    EVP_PKEY_free(made->key);
}

int main(void)
{
    make_all();
    answers();
    lists();
    forget(&issuer);
    forget(&other);
    forget(&responder);
    forget(&stranger);
    forget(&plain);
    forget(&expired);
    X509_free(leaf);
    X509_free(another);
    return CHECK_DONE();
}
