/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The leaf by itself, against CSBR 7.1 and the profile. What is demanded of
 * publicly trusted certificates only is in the functions named public_. Called
 * by review.c; pure.
 */
#include "hook/lifecycle/review.h"

#include <stdio.h>
#include <string.h>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "core/duration.h"
#include "hook/lifecycle/encode.h"
#include "hook/subject.h"

#define RSA_BITS 3072

static const char lifetime_signing[] = "1.3.6.1.4.1.311.10.3.13";
static const char code_signing_policy[] = "2.23.140.1.4.1";
static const char extended_policy[] = "2.23.140.1.3";
static const char business_category[] = "2.5.4.15";
static const char jurisdiction_country[] = "1.3.6.1.4.1.311.60.2.1.3";
static const char jurisdiction_state[] = "1.3.6.1.4.1.311.60.2.1.2";
static const char jurisdiction_locality[] = "1.3.6.1.4.1.311.60.2.1.1";

/* notAfter is inclusive: 460 days are 460 * 86400 - 1 seconds apart. */
static void check_validity(const struct enroll_profile *profile, X509 *leaf,
                           struct enroll_findings *findings)
{
    time_t from = enroll_asn1_time(X509_get0_notBefore(leaf));
    time_t to = enroll_asn1_time(X509_get0_notAfter(leaf));
    char valid[ENROLL_DURATION_TEXT], most[ENROLL_DURATION_TEXT];

    if (from == 0 || to <= from)
        enroll_find_fault(findings, "its validity can't be understood");
    else if (to - from + 1 > profile->max_validity)
        enroll_find_fault(findings,
                          "it is valid for %s, and max-validity is %s",
                          enroll_duration_text((long)(to - from) + 1, valid),
                          enroll_duration_text(profile->max_validity, most));
}

static void check_key_usage(const struct enroll_profile *profile, X509 *leaf,
                            struct enroll_findings *findings)
{
    int at = X509_get_ext_by_NID(leaf, NID_key_usage, -1);
    unsigned int usage = X509_get_key_usage(leaf);

    if (at < 0) {
        enroll_find_fault(findings, "it has no key usage");
        return;
    }
    if ((usage & KU_DIGITAL_SIGNATURE) == 0)
        enroll_find_fault(findings,
                          "its key usage is not for digital signatures");
    if ((usage & (KU_KEY_CERT_SIGN | KU_CRL_SIGN)) != 0)
        enroll_find_fault(findings, "its key usage is that of a CA");
    if ((usage & ~(unsigned int)KU_DIGITAL_SIGNATURE) != 0)
        enroll_find_warning(findings, "its key usage has more than digital "
                                      "signature");
    if (X509_EXTENSION_get_critical(X509_get_ext(leaf, at)))
        return;
    if (profile->public_trust)
        enroll_find_fault(findings, "its key usage is not critical");
    else
        enroll_find_warning(findings, "its key usage is not critical");
}

/* Known purposes by NID, lifetime signing by OID: libcrypto has none. */
static void check_purpose(const ASN1_OBJECT *purpose,
                          struct enroll_findings *findings)
{
    char oid[80] = "";

    OBJ_obj2txt(oid, sizeof(oid), purpose, 1);
    switch (OBJ_obj2nid(purpose)) {
    case NID_code_sign:
    case NID_email_protect: return;
    case NID_anyExtendedKeyUsage:
        enroll_find_fault(findings, "its extended key usage is any");
        return;
    case NID_server_auth:
        enroll_find_fault(findings, "its extended key usage has serverAuth");
        return;
    default: break;
    }
    if (strcmp(oid, lifetime_signing) == 0)
        enroll_find_warning(findings, "LIFETIME SIGNING: signatures end with "
                                      "the certificate, time stamps or not");
    else
        enroll_find_warning(findings, "its extended key usage has %s", oid);
}

static void check_extended_key_usage(X509 *leaf,
                                     struct enroll_findings *findings)
{
    EXTENDED_KEY_USAGE *usage =
        X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);

    for (int i = 0; i < sk_ASN1_OBJECT_num(usage); i++)
        check_purpose(sk_ASN1_OBJECT_value(usage, i), findings);
    EXTENDED_KEY_USAGE_free(usage);
    if (!enroll_review_has_purpose(leaf, NID_code_sign))
        enroll_find_fault(findings, "its extended key usage has no code "
                                    "signing");
}

static void check_basic_constraints(X509 *leaf,
                                    struct enroll_findings *findings)
{
    BASIC_CONSTRAINTS *constraints =
        X509_get_ext_d2i(leaf, NID_basic_constraints, NULL, NULL);

    if (constraints != NULL && constraints->ca)
        enroll_find_fault(findings, "it is a CA's certificate");
    else if (constraints != NULL && constraints->pathlen != NULL)
        enroll_find_fault(findings, "it has a path length, like a CA");
    BASIC_CONSTRAINTS_free(constraints);
}

static void check_subject(const struct enroll_profile *profile, X509 *leaf,
                          struct enroll_findings *findings)
{
    X509_NAME *wanted = NULL;

    if (profile->subject == NULL)
        return;
    wanted = enroll_subject_parse(profile->subject);
    if (wanted == NULL ||
        !enroll_subject_contains(X509_get_subject_name(leaf), wanted))
        enroll_find_fault(findings,
                          "its subject is not what the profile "
                          "expects (%.100s)",
                          profile->subject);
    X509_NAME_free(wanted);
}

static int has_attribute(const X509_NAME *name, int nid)
{
    return X509_NAME_get_index_by_NID(name, nid, -1) >= 0;
}

/* "-", ".", "N/A" and the like say nothing (CSBR 7.1.4.2.2 d). */
static int is_placeholder(const X509_NAME_ENTRY *entry)
{
    unsigned char *text = NULL;
    int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
    int placeholder =
        length >= 0 && (text[strspn((char *)text, ".-_ ")] == '\0' ||
                        strcmp((char *)text, "N/A") == 0);

    OPENSSL_free(text);
    return placeholder;
}

static void public_subject(const X509_NAME *name,
                           struct enroll_findings *findings)
{
    if (!has_attribute(name, NID_commonName) ||
        !has_attribute(name, NID_organizationName) ||
        !has_attribute(name, NID_countryName))
        enroll_find_fault(findings, "its subject lacks CN, O or C");
    if (!has_attribute(name, NID_localityName) &&
        !has_attribute(name, NID_stateOrProvinceName))
        enroll_find_fault(findings, "its subject has neither L nor ST");
    if (has_attribute(name, NID_domainComponent))
        enroll_find_fault(findings, "its subject has a domain component");
    for (int i = 0; i < X509_NAME_entry_count(name); i++)
        if (is_placeholder(X509_NAME_get_entry(name, i)))
            enroll_find_fault(findings, "its subject has a placeholder");
}

static const X509_NAME_ENTRY *find_attribute(const X509_NAME *name,
                                             const char *oid)
{
    ASN1_OBJECT *type = OBJ_txt2obj(oid, 1);
    int at = type == NULL ? -1 : X509_NAME_get_index_by_OBJ(name, type, -1);

    ASN1_OBJECT_free(type);
    return at < 0 ? NULL : X509_NAME_get_entry(name, at);
}

static int is_business_category(const X509_NAME_ENTRY *entry)
{
    static const char *const categories[] = {
        "Private Organization", "Government Entity", "Business Entity",
        "Non-Commercial Entity"};
    const ASN1_STRING *data = X509_NAME_ENTRY_get_data(entry);

    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++)
        if (ASN1_STRING_length(data) == (int)strlen(categories[i]) &&
            memcmp(ASN1_STRING_get0_data(data), categories[i],
                   strlen(categories[i])) == 0)
            return 1;
    return 0;
}

/* CSBR 7.1.4.2.4; the levels of a jurisdiction are nested. */
static void public_extended(const X509_NAME *name,
                            struct enroll_findings *findings)
{
    const X509_NAME_ENTRY *category = find_attribute(name, business_category);

    if (category == NULL || !is_business_category(category))
        enroll_find_fault(findings, "its EV subject has no proper "
                                    "businessCategory");
    if (!has_attribute(name, NID_serialNumber))
        enroll_find_fault(findings, "its EV subject has no serialNumber");
    if (find_attribute(name, jurisdiction_country) == NULL ||
        (find_attribute(name, jurisdiction_locality) != NULL &&
         find_attribute(name, jurisdiction_state) == NULL))
        enroll_find_fault(findings, "its EV subject's jurisdiction is not "
                                    "complete");
}

static int has_policy(const CERTIFICATEPOLICIES *policies, const char *oid)
{
    char text[80];

    for (int i = 0; i < sk_POLICYINFO_num(policies); i++) {
        OBJ_obj2txt(text, sizeof(text),
                    sk_POLICYINFO_value(policies, i)->policyid, 1);
        if (strcmp(text, oid) == 0)
            return 1;
    }
    return 0;
}

static void public_policies(X509 *leaf, struct enroll_findings *findings)
{
    int critical = 0;
    CERTIFICATEPOLICIES *policies =
        X509_get_ext_d2i(leaf, NID_certificate_policies, &critical, NULL);

    if (policies == NULL)
        enroll_find_fault(findings, "it has no certificate policies");
    else if (critical > 0)
        enroll_find_fault(findings, "its certificate policies are critical");
    else if (!has_policy(policies, code_signing_policy))
        enroll_find_warning(findings,
                            "it lacks the policy %s, which Windows "
                            "looks for",
                            code_signing_policy);
    if (policies != NULL && has_policy(policies, extended_policy))
        public_extended(X509_get_subject_name(leaf), findings);
    CERTIFICATEPOLICIES_free(policies);
}

static int is_http(const GENERAL_NAME *name)
{
    const ASN1_IA5STRING *uri = NULL;

    if (name->type != GEN_URI)
        return 0;
    uri = name->d.uniformResourceIdentifier;
    return ASN1_STRING_length(uri) > 7 &&
           memcmp(ASN1_STRING_get0_data(uri), "http://", 7) == 0;
}

static int crl_has_http(const CRL_DIST_POINTS *points)
{
    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT_NAME *name = sk_DIST_POINT_value(points, i)->distpoint;

        for (int j = 0; name != NULL && name->type == 0 &&
                        j < sk_GENERAL_NAME_num(name->name.fullname);
             j++)
            if (is_http(sk_GENERAL_NAME_value(name->name.fullname, j)))
                return 1;
    }
    return 0;
}

static int access_has_http(const AUTHORITY_INFO_ACCESS *access)
{
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *each = sk_ACCESS_DESCRIPTION_value(access, i);

        if (OBJ_obj2nid(each->method) == NID_ad_ca_issuers &&
            is_http(each->location))
            return 1;
    }
    return 0;
}

static void public_pointers(X509 *leaf, struct enroll_findings *findings)
{
    int crl_critical = 0, access_critical = 0;
    CRL_DIST_POINTS *points = X509_get_ext_d2i(
        leaf, NID_crl_distribution_points, &crl_critical, NULL);
    AUTHORITY_INFO_ACCESS *access =
        X509_get_ext_d2i(leaf, NID_info_access, &access_critical, NULL);

    if (!crl_has_http(points) || crl_critical > 0)
        enroll_find_fault(findings, "it does not say by http where its CRL "
                                    "is, or says so critically");
    if (!access_has_http(access) || access_critical > 0)
        enroll_find_fault(findings, "it does not say by http where its "
                                    "issuer's certificate is");
    if (X509_get0_authority_key_id(leaf) == NULL)
        enroll_find_fault(findings, "it does not name its issuer's key");
    CRL_DIST_POINTS_free(points);
    AUTHORITY_INFO_ACCESS_free(access);
}

void enroll_review_leaf(const struct enroll_profile *profile, X509 *leaf,
                        struct enroll_findings *findings)
{
    const EVP_PKEY *key = X509_get0_pubkey(leaf);

    if (X509_get_version(leaf) != 2)
        enroll_find_fault(findings, "it is not X.509 version 3");
    enroll_review_serial(leaf, findings);
    enroll_review_signature(leaf, findings);
    enroll_review_key(leaf, RSA_BITS, findings);
    check_basic_constraints(leaf, findings);
    check_key_usage(profile, leaf, findings);
    check_extended_key_usage(leaf, findings);
    check_validity(profile, leaf, findings);
    check_subject(profile, leaf, findings);
    if (key != NULL &&
        (EVP_PKEY_is_a(key, "EC") || EVP_PKEY_get_bits(key) > 4096))
        enroll_find_warning(findings, "Windows' root program takes RSA of at "
                                      "most 4096 bits only");
    if (!profile->public_trust)
        return;
    public_subject(X509_get_subject_name(leaf), findings);
    public_policies(leaf, findings);
    public_pointers(leaf, findings);
}
