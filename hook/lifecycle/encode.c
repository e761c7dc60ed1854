/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts certificates into the form in which a generation holds them. Called by
 * publish.c; writes no file.
 */
#include "hook/lifecycle/encode.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>

#include "hook/lifecycle/identity_file.h"
#include "hook/lifecycle/key_history.h"
#include "hook/lifecycle/times.h"

#define SIZES_TEXT (ENROLL_CHAIN_MAX * 8)

time_t enroll_asn1_time(const ASN1_TIME *time)
{
    struct tm tm;

    if (time == NULL || !ASN1_TIME_to_tm(time, &tm))
        return 0;
    return timegm(&tm);
}

/* What was written, as those who read it will see it. */
static void divide(const struct enroll_encoded *encoded,
                   struct enroll_chain *parts)
{
    size_t at = 0;

    for (size_t i = 0; i < parts->count; i++) {
        parts->certificate[i] = encoded->der + at;
        at += parts->size[i];
    }
}

/* The certificates one after the other, and their sizes as facts have them. */
static int encode_der(const STACK_OF(X509) * chain,
                      struct enroll_encoded *encoded,
                      struct enroll_chain *parts, char sizes[SIZES_TEXT])
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    size_t used = 0;
    long length;
    int ok = bio != NULL && sk_X509_num(chain) <= ENROLL_CHAIN_MAX;

    for (int i = 0; ok && i < sk_X509_num(chain); i++) {
        int size = i2d_X509(sk_X509_value(chain, i), NULL);

        ok = size > 0 && size <= ENROLL_CERTIFICATE_MAX &&
             i2d_X509_bio(bio, sk_X509_value(chain, i));
        parts->size[parts->count++] = (size_t)size;
        if (ok)
            used += (size_t)snprintf(sizes + used, SIZES_TEXT - used, "%s%d",
                                     i > 0 ? "," : "", size);
    }
    if (ok) {
        length = BIO_get_mem_data(bio, &data);
        encoded->der = OPENSSL_memdup(data, (size_t)length);
        encoded->der_length = (size_t)length;
        ok = encoded->der != NULL;
        if (ok)
            divide(encoded, parts);
    }
    BIO_free(bio);
    return ok;
}

/* For people, in the order and spelling of RFC 2253, UTF-8 left as it is. */
static int set_name(struct enroll_record *facts, const char *fact,
                    const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long length;
    int ok = bio != NULL &&
             X509_NAME_print_ex(bio, name, 0,
                                XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0;

    if (ok) {
        length = BIO_get_mem_data(bio, &text);
        ok = enroll_record_set(facts, fact, "%.*s", (int)length, text);
    }
    BIO_free(bio);
    return ok;
}

static int set_serial(struct enroll_record *facts, const X509 *leaf)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf), NULL);
    char *hex = number == NULL ? NULL : BN_bn2hex(number);
    int ok = hex != NULL && enroll_record_set(facts, "serial", "%s", hex);

    OPENSSL_free(hex);
    BN_free(number);
    return ok;
}

static int set_digests(struct enroll_record *facts,
                       const struct enroll_encoded *encoded, X509 *leaf)
{
    char chain[ENROLL_SHA256_HEX], first[ENROLL_SHA256_HEX];
    char spki[ENROLL_SHA256_HEX];
    int length = i2d_X509(leaf, NULL);

    return length > 0 &&
           enroll_sha256_hex(encoded->der, encoded->der_length, chain) &&
           enroll_sha256_hex(encoded->der, (size_t)length, first) &&
           enroll_key_digest(X509_get0_pubkey(leaf), spki) &&
           enroll_record_set(facts, "chain-sha256", "%s", chain) &&
           enroll_record_set(facts, "leaf-sha256", "%s", first) &&
           enroll_record_set(facts, "spki-sha256", "%s", spki);
}

/*
 * A key that was here before has its history; another was made with its
 * request, or by whoever it was imported from, no later than its certificate.
 */
static int set_key(struct enroll_record *facts,
                   const struct enroll_publication *publication)
{
    const char *spki = enroll_record_get(facts, "spki-sha256");
    struct enroll_key_history all, others;
    long created = (long)time(NULL), issued = 0, uses = 0;

    if (enroll_key_history_find(publication->profile_fd, spki, NULL, &all)) {
        created = (long)all.created;
    } else {
        enroll_record_get_long(facts, "not-before", &issued);
        if (issued < created)
            created = issued;
        enroll_record_get_long(publication->intent, "created", &created);
    }
    if (enroll_key_history_find(publication->profile_fd, spki,
                                enroll_record_get(facts, "leaf-sha256"),
                                &others))
        uses = others.uses;
    return enroll_record_set(facts, "key-created", "%ld", created) &&
           enroll_record_set(facts, "key-uses", "%ld", uses + 1);
}

static int set_times(struct enroll_record *facts,
                     const struct enroll_profile *profile, const X509 *leaf)
{
    struct enroll_times times = {
        .not_before = enroll_asn1_time(X509_get0_notBefore(leaf)),
        .not_after = enroll_asn1_time(X509_get0_notAfter(leaf)),
        .issued = time(NULL),
        .jitter = enroll_times_jitter(),
    };

    enroll_times_derive(profile, &times);
    return enroll_record_set(facts, "not-before", "%lld",
                             (long long)times.not_before) &&
           enroll_record_set(facts, "not-after", "%lld",
                             (long long)times.not_after) &&
           enroll_record_set(facts, "renew-at", "%lld",
                             (long long)times.renew_at) &&
           enroll_record_set(facts, "refuse-at", "%lld",
                             (long long)times.refuse_at) &&
           enroll_record_set(facts, "issued", "%lld",
                             (long long)times.issued) &&
           enroll_record_set(facts, "jitter-ppm", "%ld", times.jitter);
}

static int copy(struct enroll_record *facts, const struct enroll_record *intent,
                const char *name)
{
    const char *value = enroll_record_get(intent, name);

    return value == NULL || enroll_record_set(facts, name, "%s", value);
}

/* The manager's number, and our own: by it the intent is known to be done. */
static int set_request(struct enroll_record *facts,
                       const struct enroll_publication *publication)
{
    const struct enroll_record *intent = publication->intent;
    const char *order = NULL;

    if (intent == NULL)
        return 1;
    order = enroll_record_get(intent, "order");
    return enroll_record_set(facts, "client-order-id", "%s",
                             enroll_record_get(intent, "client-order-id")) &&
           (order == NULL ||
            (enroll_record_set(facts, "order", "%s", order) &&
             copy(facts, intent, "manager") && copy(facts, intent, "url") &&
             copy(facts, intent, "manager-name")));
}

static int set_origin(struct enroll_record *facts,
                      const struct enroll_publication *publication)
{
    return enroll_record_set(
               facts, "renew-by", "%s",
               enroll_renew_by_name(publication->profile->renew_by)) &&
           enroll_record_set(facts, "review", "%s", publication->review) &&
           set_request(facts, publication);
}

int enroll_encode(const struct enroll_publication *publication,
                  unsigned long number, struct enroll_encoded *encoded,
                  struct enroll_problem *problem)
{
    X509 *leaf = sk_X509_value(publication->chain, 0);
    char sizes[SIZES_TEXT] = "";
    struct enroll_chain parts = {.data = NULL};
    struct enroll_encoded result = {.facts = enroll_record_new("enroll-facts")};

    if (result.facts != NULL &&
        encode_der(publication->chain, &result, &parts, sizes) &&
        enroll_identity_file(publication->profile->name, number, &parts, NULL,
                             &result.pem, &result.pem_length) &&
        set_times(result.facts, publication->profile, leaf) &&
        enroll_record_set(result.facts, "certificates", "%s", sizes) &&
        set_digests(result.facts, &result, leaf) &&
        set_key(result.facts, publication) &&
        set_name(result.facts, "subject", X509_get_subject_name(leaf)) &&
        set_name(result.facts, "issuer", X509_get_issuer_name(leaf)) &&
        set_serial(result.facts, leaf) &&
        set_origin(result.facts, publication)) {
        *encoded = result;
        return 1;
    }
    enroll_encoded_clear(&result);
    return enroll_problem_set(problem, ENROLL_INTERNAL,
                              "the certificates can't be written down: one "
                              "is larger than %d bytes, or memory is short",
                              ENROLL_CERTIFICATE_MAX);
}

void enroll_encoded_clear(struct enroll_encoded *encoded)
{
    OPENSSL_free(encoded->der);
    OPENSSL_free(encoded->pem);
    enroll_record_free(encoded->facts);
    memset(encoded, 0, sizeof(*encoded));
}
