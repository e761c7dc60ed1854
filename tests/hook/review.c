/* SPDX-License-Identifier: Apache-2.0 */
/* The review: each wrong certificate is refused, for the reason it is wrong. */
#include "hook/lifecycle/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "tests/hook/certificate.h"
#include "tests/hook/place.h"
#include "tests/unit/check.h"

static struct authority root, issuer;
static EVP_PKEY *leaf_key, *other_key;

static const struct spec good_leaf = {
    .subject = "CN=Example AG,O=Example AG,L=Berlin,C=DE",
    .serial = "1122334455667788",
    .from = NOW - 3600,
    .days = 365,
    .extensions = {
        {"keyUsage", "critical,digitalSignature"},
        {"extendedKeyUsage", "codeSigning"},
        {"basicConstraints", "CA:FALSE"},
        {"authorityKeyIdentifier", "keyid"},
        {"certificatePolicies", "1.2.3.4,2.23.140.1.4.1"},
        {"crlDistributionPoints", "URI:http://crl.example/a.crl"},
        {"authorityInfoAccess", "caIssuers;URI:http://aia.example/a.crt"}}};

static void make_authorities(const struct place *place)
{
    static const struct spec root_spec = {
        .subject = "CN=Root,O=Example,C=DE",
        .serial = "1122334455667701",
        .from = NOW - 1000 * DAY,
        .days = 5000,
        .extensions = {{"basicConstraints", "critical,CA:TRUE"},
                       {"keyUsage", "critical,keyCertSign,cRLSign"},
                       {"subjectKeyIdentifier", "hash"}}};
    static const struct spec issuer_spec = {
        .subject = "CN=Issuer,O=Example,C=DE",
        .serial = "1122334455667702",
        .from = NOW - 900 * DAY,
        .days = 3000,
        .extensions = {{"basicConstraints", "critical,CA:TRUE,pathlen:0"},
                       {"keyUsage", "critical,keyCertSign,cRLSign"},
                       {"subjectKeyIdentifier", "hash"},
                       {"authorityKeyIdentifier", "keyid:always"},
                       {"extendedKeyUsage", "codeSigning"}}};
    char path[PATH_MAX];
    FILE *file = NULL;

    leaf_key = EVP_EC_gen("P-256");
    other_key = EVP_EC_gen("P-256");
    root.key = EVP_EC_gen("P-256");
    issuer.key = EVP_EC_gen("P-256");
    root.certificate = certificate_make(&root_spec, root.key, NULL);
    issuer.certificate = certificate_make(&issuer_spec, issuer.key, &root);
    snprintf(path, sizeof(path), "%s/anchor.pem", place->folder);
    file = fopen(path, "w");
    CHECK(file != NULL && PEM_write_X509(file, root.certificate));
    fclose(file);
}

static enum enroll_review_result review(const struct place *place,
                                        STACK_OF(X509) * certificates,
                                        const EVP_PKEY *key,
                                        struct enroll_review *result,
                                        struct enroll_problem *problem)
{
    problem->class = ENROLL_OK;
    problem->line[0] = '\0';
    return enroll_review(place->profile, key, certificates, NOW, result,
                         problem);
}

/* Up to three certificates as they come; NULL ends. */
static STACK_OF(X509) * bundle(X509 *a, X509 *b, X509 *c)
{
    STACK_OF(X509) *stack = sk_X509_new_null();

    sk_X509_push(stack, a);
    if (b != NULL)
        sk_X509_push(stack, b);
    if (c != NULL)
        sk_X509_push(stack, c);
    return stack;
}

static void accepts(const struct place *place, const struct spec *spec,
                    const char *text)
{
    X509 *leaf = certificate_make(spec, leaf_key, &issuer);
    /* Unsorted, with the root. */
    STACK_OF(X509) *came = bundle(root.certificate, leaf, issuer.certificate);
    struct enroll_review result = {.chain = NULL};
    struct enroll_problem problem;

    CHECK(review(place, came, leaf_key, &result, &problem) ==
          ENROLL_REVIEW_GOOD);
    CHECK_STRING(problem.line, "");
    CHECK(sk_X509_num(result.chain) == 2);
    if (sk_X509_num(result.chain) == 2) {
        CHECK(X509_cmp(sk_X509_value(result.chain, 0), leaf) == 0);
        CHECK(X509_cmp(sk_X509_value(result.chain, 1), issuer.certificate) ==
              0);
    }
    if (text != NULL)
        CHECK(strstr(result.text, text) != NULL);
    enroll_review_clear(&result);
    sk_X509_free(came);
    X509_free(leaf);
}

static void refuses_made(const struct place *place, X509 *leaf,
                         const EVP_PKEY *key, const char *says)
{
    STACK_OF(X509) *came = bundle(leaf, issuer.certificate, NULL);
    struct enroll_review result = {.chain = NULL};
    struct enroll_problem problem;

    CHECK(review(place, came, key, &result, &problem) == ENROLL_REVIEW_WRONG);
    CHECK(problem.class == ENROLL_VERIFICATION);
    CHECK(strncmp(problem.line, "release: ", 9) == 0);
    CHECK(result.chain == NULL);
    if (strstr(problem.line, says) == NULL)
        fprintf(stderr, "said: %s\n", problem.line);
    CHECK(strstr(problem.line, says) != NULL);
    sk_X509_free(came);
}

static void refuses(const struct place *place, const struct spec *spec,
                    const char *says)
{
    X509 *leaf = certificate_make(spec, leaf_key, &issuer);

    refuses_made(place, leaf, leaf_key, says);
    X509_free(leaf);
}

/* The good leaf with one extension changed, or left out (value NULL). */
static struct spec with(const char *name, const char *value)
{
    struct spec spec = good_leaf;

    for (size_t i = 0; i < EXTENSIONS && spec.extensions[i].name != NULL; i++) {
        if (strcmp(spec.extensions[i].name, name) != 0)
            continue;
        spec.extensions[i].value = value;
        if (value != NULL)
            continue;
        for (size_t j = i; j + 1 < EXTENSIONS; j++)
            spec.extensions[j] = spec.extensions[j + 1];
        spec.extensions[EXTENSIONS - 1].name = NULL;
    }
    return spec;
}

static void wrong_extensions(const struct place *place)
{
    static const struct {
        const char *name, *value, *says;
    } wrongs[] = {
        {"keyUsage", NULL, "no key usage"},
        {"keyUsage", "critical,keyEncipherment", "not for digital signatures"},
        {"keyUsage", "critical,digitalSignature,keyCertSign", "that of a CA"},
        {"extendedKeyUsage", NULL, "no code signing"},
        {"extendedKeyUsage", "clientAuth", "no code signing"},
        {"extendedKeyUsage", "codeSigning,serverAuth", "serverAuth"},
        {"extendedKeyUsage", "codeSigning,anyExtendedKeyUsage", "is any"},
        {"basicConstraints", "CA:TRUE", "CA's certificate"},
    };

    for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
        struct spec spec = with(wrongs[i].name, wrongs[i].value);

        refuses(place, &spec, wrongs[i].says);
    }
}

/* What only publicly trusted certificates must have. */
static void wrong_in_public(struct place *place)
{
    static const struct {
        const char *name, *value, *says;
    } wrongs[] = {
        {"keyUsage", "digitalSignature", "not critical"},
        {"certificatePolicies", NULL, "no certificate policies"},
        {"certificatePolicies", "critical,1.2.3.4", "critical"},
        {"certificatePolicies", "1.2.3.4,2.23.140.1.3", "businessCategory"},
        {"crlDistributionPoints", NULL, "where its CRL"},
        {"crlDistributionPoints", "URI:https://crl.example/a.crl",
         "where its CRL"},
        {"authorityInfoAccess", "OCSP;URI:http://ocsp.example",
         "where its issuer's certificate is"},
        {"authorityKeyIdentifier", NULL, "does not name its issuer's key"},
    };
    static const struct {
        const char *subject, *says;
    } subjects[] = {
        {"CN=Example AG,L=Berlin,C=DE", "lacks CN, O or C"},
        {"CN=Example AG,O=Example AG,C=DE", "neither L nor ST"},
        {"CN=Example AG,O=Example AG,L=Berlin,C=DE,DC=example",
         "domain component"},
        {"CN=Example AG,O=-,L=Berlin,C=DE", "placeholder"},
        {"CN=Example AG,O=N/A,L=Berlin,C=DE", "placeholder"},
    };
    struct spec spec = good_leaf;

    for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
        spec = with(wrongs[i].name, wrongs[i].value);
        place_profile(place, "trust = public\nallow-software-key = yes\n");
        refuses(place, &spec, wrongs[i].says);
        place_profile(place, "");
        accepts(place, &spec, NULL);
    }
    place_profile(place, "trust = public\nallow-software-key = yes\n");
    accepts(place, &good_leaf, "ok");
    spec = good_leaf;
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        spec.subject = subjects[i].subject;
        refuses(place, &spec, subjects[i].says);
    }
    spec = with("certificatePolicies", "1.2.3.4");
    accepts(place, &spec, "2.23.140.1.4.1");
    place_profile(place, "");
}

static void wrong_times(struct place *place)
{
    struct spec spec = good_leaf;

    spec.days = 461;
    refuses(place, &spec, "max-validity is 460d");
    spec.days = 460; /* inclusive */
    accepts(place, &spec, NULL);
    place_profile(place, "max-validity = 100d\n");
    refuses(place, &good_leaf, "max-validity is 100d");
    place_profile(place, "");
    spec = good_leaf;
    spec.from = NOW - 366 * DAY;
    refuses(place, &spec, "expired");
}

/* A clock that is behind must not cost an order. */
static void not_valid_yet_is_kept(const struct place *place)
{
    struct enroll_review result = {.chain = NULL};
    struct enroll_problem problem;
    struct spec spec = good_leaf;
    STACK_OF(X509) *came = NULL;
    X509 *leaf = NULL;

    spec.from = NOW + 600;
    leaf = certificate_make(&spec, leaf_key, &issuer);
    came = bundle(leaf, issuer.certificate, NULL);
    CHECK(review(place, came, leaf_key, &result, &problem) ==
          ENROLL_REVIEW_LATER);
    CHECK(problem.class == ENROLL_NOT_USABLE);
    CHECK(strstr(problem.line, "clock") != NULL);
    sk_X509_free(came);
    X509_free(leaf);
}

static void wrong_keys(const struct place *place)
{
    EVP_PKEY *weak = EVP_RSA_gen(2048), *odd = EVP_EC_gen("secp256k1");
    X509 *leaf = certificate_make(&good_leaf, other_key, &issuer);
    struct spec spec = good_leaf;

    refuses_made(place, leaf, leaf_key, "none that came holds the key");
    X509_free(leaf);
    leaf = certificate_make(&good_leaf, weak, &issuer);
    refuses_made(place, leaf, weak, "2048 bits");
    X509_free(leaf);
    leaf = certificate_make(&good_leaf, odd, &issuer);
    refuses_made(place, leaf, odd, "neither RSA nor of the curves");
    X509_free(leaf);
    spec.digest = EVP_sha1();
    refuses(place, &spec, "instead of SHA-2");
    spec = good_leaf;
    spec.serial = "00";
    refuses(place, &spec, "serial number");
    spec.serial = "112233445566778899AABBCCDDEEFF112233445566";
    refuses(place, &spec, "serial number");
    spec.serial = "11";
    accepts(place, &spec, "shorter than 8 octets");
    EVP_PKEY_free(weak);
    EVP_PKEY_free(odd);
}

static void wrong_chains(struct place *place)
{
    struct authority stranger = {.key = EVP_EC_gen("P-256")};
    struct spec spec = {.subject = "CN=Issuer,O=Example,C=DE",
                        .serial = "1122334455667703",
                        .from = NOW - 900 * DAY,
                        .days = 3000,
                        .extensions = {{"basicConstraints", "critical,CA:TRUE"},
                                       {"keyUsage", "critical,keyCertSign"},
                                       {"subjectKeyIdentifier", "hash"}}};
    X509 *leaf = certificate_make(&good_leaf, leaf_key, &issuer);
    struct enroll_review result = {.chain = NULL};
    struct enroll_problem problem;
    STACK_OF(X509) *came = bundle(leaf, NULL, NULL);

    /* An intermediate is missing. */
    CHECK(review(place, came, leaf_key, &result, &problem) ==
          ENROLL_REVIEW_WRONG);
    CHECK(strstr(problem.line, "anchor") != NULL);
    sk_X509_free(came);
    X509_free(leaf);
    /* The right name, the wrong key. */
    stranger.certificate = certificate_make(&spec, stranger.key, NULL);
    leaf = certificate_make(&good_leaf, leaf_key, &stranger);
    refuses_made(place, leaf, leaf_key, "does not lead to");
    X509_free(leaf);
    X509_free(stranger.certificate);
    /* An issuer that may do more than it should, or not this. */
    spec.subject = "CN=Second issuer,O=Example,C=DE";
    spec.extensions[3] = (struct extension){"extendedKeyUsage", "timeStamping"};
    stranger.certificate = certificate_make(&spec, stranger.key, &root);
    leaf = certificate_make(&good_leaf, leaf_key, &stranger);
    came = bundle(leaf, stranger.certificate, NULL);
    CHECK(review(place, came, leaf_key, &result, &problem) ==
          ENROLL_REVIEW_WRONG);
    CHECK(strstr(problem.line, "may not issue for code signing") != NULL);
    sk_X509_free(came);
    X509_free(leaf);
    X509_free(stranger.certificate);
    EVP_PKEY_free(stranger.key);
}

static void wrong_subject(struct place *place)
{
    place_profile(place, "subject = O=Example AG,C=DE\n");
    accepts(place, &good_leaf, NULL);
    place_profile(place, "subject = O=Example GmbH\n");
    refuses(place, &good_leaf, "not what the profile expects");
    place_profile(place, "");
}

/* An anchor that can't be read is no reason to give an order up. */
static void unreadable_anchor_is_configuration(struct place *place)
{
    X509 *leaf = certificate_make(&good_leaf, leaf_key, &issuer);
    STACK_OF(X509) *came = bundle(leaf, issuer.certificate, NULL);
    struct enroll_review result = {.chain = NULL};
    struct enroll_problem problem;

    place_profile(place, "anchor = /nowhere/ca.pem\n");
    CHECK(review(place, came, leaf_key, &result, &problem) ==
          ENROLL_REVIEW_LATER);
    CHECK(problem.class == ENROLL_CONFIGURATION);
    CHECK(strstr(problem.line, "/nowhere/ca.pem") != NULL);
    place_profile(place, "");
    sk_X509_free(came);
    X509_free(leaf);
}

int main(void)
{
    struct place place;

    place_make(&place);
    place_profile(&place, "");
    make_authorities(&place);
    accepts(&place, &good_leaf, "ok");
    wrong_extensions(&place);
    wrong_in_public(&place);
    wrong_times(&place);
    not_valid_yet_is_kept(&place);
    wrong_keys(&place);
    wrong_chains(&place);
    wrong_subject(&place);
    unreadable_anchor_is_configuration(&place);
    X509_free(root.certificate);
    X509_free(issuer.certificate);
    EVP_PKEY_free(root.key);
    EVP_PKEY_free(issuer.key);
    EVP_PKEY_free(leaf_key);
    EVP_PKEY_free(other_key);
    place_remove(&place);
    return CHECK_DONE();
}
