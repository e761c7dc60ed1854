/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The review as a whole: finds the leaf by its key, looks at it and at its
 * issuers, and builds the chain to the profile's anchor. Called by work.c and
 * by import; touches neither state nor network.
 */
#include "hook/lifecycle/review.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "hook/lifecycle/encode.h"

static enum enroll_review_result wrong(const struct enroll_profile *profile,
                                       const char *fault,
                                       struct enroll_problem *problem)
{
    enroll_problem_set(problem, ENROLL_VERIFICATION,
                       "%s: the certificate was not taken into use: %s",
                       profile->name, fault);
    return ENROLL_REVIEW_WRONG;
}

/* By key, never by position. */
static X509 *find_leaf(const STACK_OF(X509) * certificates, const EVP_PKEY *key)
{
    X509 *leaf = NULL;

    for (int i = 0; i < sk_X509_num(certificates); i++) {
        X509 *each = sk_X509_value(certificates, i);

        if (EVP_PKEY_eq(X509_get0_pubkey(each), key) != 1)
            continue;
        /* The same key certified again: the newer one. */
        if (leaf == NULL || ASN1_TIME_compare(X509_get0_notBefore(each),
                                              X509_get0_notBefore(leaf)) > 0)
            leaf = each;
    }
    ERR_clear_error();
    return leaf;
}

/* The store of anchors; NULL with *problem. */
static X509_STORE *open_anchors(const struct enroll_profile *profile,
                                struct enroll_problem *problem)
{
    X509_STORE *store = X509_STORE_new();
    int ok = store != NULL;

    if (ok && profile->anchor != NULL)
        ok = X509_STORE_load_file(store, profile->anchor);
    else if (ok)
        ok = X509_STORE_set_default_paths(store);
    if (ok)
        return store;
    X509_STORE_free(store);
    ERR_clear_error();
    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "%s: %s, section [%s], key 'anchor': cannot read "
                       "certificates from %s",
                       profile->name, profile->config_path, profile->name,
                       profile->anchor == NULL ? "the system's store"
                                               : profile->anchor);
    return NULL;
}

/*
 * Leaf to anchor, through what came. Purposes are ours to check: libcrypto has
 * none for code signing before 3.2. Clock questions are asked elsewhere, so
 * the chain is built as of the leaf's own time.
 */
static STACK_OF(X509) * build_chain(const struct enroll_profile *profile,
                                    X509_STORE *store, X509 *leaf,
                                    STACK_OF(X509) * certificates, time_t now,
                                    struct enroll_problem *problem)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *chain = NULL;
    char fault[256];

    if (context == NULL ||
        !X509_STORE_CTX_init(context, store, leaf, certificates)) {
        X509_STORE_CTX_free(context);
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
        return NULL;
    }
    X509_STORE_CTX_set_time(context, 0, now);
    if (X509_verify_cert(context) == 1) {
        chain = X509_STORE_CTX_get1_chain(context);
    } else {
        snprintf(
            fault, sizeof(fault),
            "its chain does not lead to %s (%s); anchor names the root "
            "certificates it must lead to, and may hold intermediates "
            "that the manager leaves out",
            profile->anchor == NULL ? "a root of this system" : profile->anchor,
            X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
        wrong(profile, fault, problem);
    }
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return chain;
}

/* The anchor itself is never handed out. */
static void drop_root(STACK_OF(X509) * chain)
{
    int last = sk_X509_num(chain) - 1;

    if (last > 0 &&
        (X509_get_extension_flags(sk_X509_value(chain, last)) & EXFLAG_SS) != 0)
        X509_free(sk_X509_pop(chain));
}

static enum enroll_review_result check_clock(
    const struct enroll_profile *profile, const X509 *leaf, time_t now,
    struct enroll_problem *problem)
{
    if (now > enroll_asn1_time(X509_get0_notAfter(leaf)))
        return wrong(profile, "it has expired", problem);
    if (now + profile->clock_tolerance >=
        enroll_asn1_time(X509_get0_notBefore(leaf)))
        return ENROLL_REVIEW_GOOD;
    enroll_problem_set(problem, ENROLL_NOT_USABLE,
                       "%s: the certificate is issued, but not valid yet by "
                       "this machine's clock; it is kept: set the clock right "
                       "and run it again",
                       profile->name);
    return ENROLL_REVIEW_LATER;
}

static enum enroll_review_result check_parts(
    const struct enroll_profile *profile, const STACK_OF(X509) * chain,
    struct enroll_findings *findings, struct enroll_problem *problem)
{
    enroll_review_leaf(profile, sk_X509_value(chain, 0), findings);
    for (int i = 1; i < sk_X509_num(chain); i++)
        enroll_review_issuer(profile, sk_X509_value(chain, i), findings);
    if (findings->fault[0] == '\0' && sk_X509_num(chain) > ENROLL_CHAIN_MAX)
        enroll_find_fault(findings, "its chain has more than %d certificates",
                          ENROLL_CHAIN_MAX);
    return findings->fault[0] == '\0'
               ? ENROLL_REVIEW_GOOD
               : wrong(profile, findings->fault, problem);
}

/* When the chain is built: inside the leaf's validity, by our clock or not. */
static time_t chain_time(const X509 *leaf, time_t now)
{
    time_t from = enroll_asn1_time(X509_get0_notBefore(leaf));

    return now < from ? from : now;
}

enum enroll_review_result enroll_review(const struct enroll_profile *profile,
                                        const EVP_PKEY *key,
                                        STACK_OF(X509) * certificates,
                                        time_t now,
                                        struct enroll_review *review,
                                        struct enroll_problem *problem)
{
    struct enroll_findings findings = {.fault = ""};
    enum enroll_review_result result = ENROLL_REVIEW_WRONG;
    STACK_OF(X509) *chain = NULL;
    X509_STORE *store = NULL;
    X509 *leaf = find_leaf(certificates, key);

    if (leaf == NULL)
        return wrong(profile,
                     "none that came holds the key that was "
                     "certified for",
                     problem);
    /* Its own faults first: they say more than a chain that does not build. */
    enroll_review_leaf(profile, leaf, &findings);
    if (findings.fault[0] != '\0')
        return wrong(profile, findings.fault, problem);
    result = check_clock(profile, leaf, now, problem);
    if (result == ENROLL_REVIEW_WRONG)
        return result;
    store = open_anchors(profile, problem);
    if (store != NULL)
        chain = build_chain(profile, store, leaf, certificates,
                            chain_time(leaf, now), problem);
    X509_STORE_free(store);
    if (chain == NULL)
        return store == NULL ? ENROLL_REVIEW_LATER : ENROLL_REVIEW_WRONG;
    drop_root(chain);
    memset(&findings, 0, sizeof(findings));
    if (check_parts(profile, chain, &findings, problem) != ENROLL_REVIEW_GOOD)
        result = ENROLL_REVIEW_WRONG;
    if (result != ENROLL_REVIEW_GOOD) {
        sk_X509_pop_free(chain, X509_free);
        return result;
    }
    review->chain = chain;
    snprintf(review->text, sizeof(review->text), "ok%s%s",
             findings.warnings[0] == '\0' ? "" : "; ", findings.warnings);
    return ENROLL_REVIEW_GOOD;
}

void enroll_review_clear(struct enroll_review *review)
{
    sk_X509_pop_free(review->chain, X509_free);
    memset(review, 0, sizeof(*review));
}
