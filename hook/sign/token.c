/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks for and checks time-stamp tokens with libcrypto's TS functions. Called
 * by tsa.c for a new token and by sign for one that a file already has.
 */
#include "hook/sign/token.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509_vfy.h>

#include "core/duration.h"

#define NONCE_BYTES 8

static int set_nonce(TS_REQ *request)
{
    unsigned char bytes[NONCE_BYTES];
    ASN1_INTEGER *nonce = NULL;
    BIGNUM *number = NULL;
    int ok = 0;

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return 0;
    bytes[0] |= 0x40; /* never shorter than it looks */
    number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    if (number != NULL)
        nonce = BN_to_ASN1_INTEGER(number, NULL);
    if (nonce != NULL)
        ok = TS_REQ_set_nonce(request, nonce);
    ASN1_INTEGER_free(nonce);
    BN_free(number);
    return ok;
}

static int set_imprint(TS_REQ *request, const unsigned char *data,
                       size_t length)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    int ok = imprint != NULL && algorithm != NULL &&
             EVP_Digest(data, length, hash, &size, EVP_sha256(), NULL) == 1 &&
             X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
                             NULL) == 1 &&
             TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
             TS_MSG_IMPRINT_set_msg(imprint, hash, (int)size) &&
             TS_REQ_set_msg_imprint(request, imprint);

    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return ok;
}

TS_REQ *enroll_token_request(const unsigned char *data, size_t length)
{
    TS_REQ *request = TS_REQ_new();

    if (request != NULL && TS_REQ_set_version(request, 1) &&
        set_imprint(request, data, length) && set_nonce(request) &&
        TS_REQ_set_cert_req(request, 1))
        return request;
    TS_REQ_free(request);
    return NULL;
}

/* What libcrypto says was wrong; taken off its queue. */
static int refuse(struct enroll_problem *problem)
{
    const char *data = NULL, *why = NULL;
    int flags = 0;
    unsigned long first = ERR_peek_error();
    unsigned long last = ERR_peek_last_error_data(&data, &flags);

    why = ERR_reason_error_string(first == 0 ? last : first);
    if ((flags & ERR_TXT_STRING) == 0 || data == NULL)
        data = "";
    enroll_problem_set(problem, ENROLL_TIMESTAMP,
                       "its time stamp is not to be trusted: %s%s%s",
                       why == NULL ? "it could not be verified" : why,
                       *data == '\0' ? "" : ", ", data);
    return 0;
}

static X509_STORE *trusted(const char *ca_file, time_t at)
{
    X509_STORE *store = X509_STORE_new();

    if (store == NULL)
        return NULL;
    if (!(ca_file == NULL ? X509_STORE_set_default_paths(store)
                          : X509_STORE_load_file(store, ca_file))) {
        X509_STORE_free(store);
        return NULL;
    }
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), at);
    return store;
}

/* The imprint of rules->data as the token's own algorithm makes it. */
static unsigned char *imprint_for(TS_TST_INFO *info,
                                  const struct enroll_token_rules *rules,
                                  unsigned int *size,
                                  struct enroll_problem *problem)
{
    TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
    const ASN1_OBJECT *name = NULL;
    const EVP_MD *digest = NULL;
    unsigned char *hash = NULL;
    int nid;

    X509_ALGOR_get0(&name, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
    nid = OBJ_obj2nid(name);
    if (nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512) {
        enroll_problem_set(problem, ENROLL_TIMESTAMP,
                           "its time stamp uses %s, which no longer counts",
                           nid == NID_undef ? "an unknown hash"
                                            : OBJ_nid2sn(nid));
        return NULL;
    }
    digest = EVP_get_digestbynid(nid);
    hash = OPENSSL_malloc(EVP_MAX_MD_SIZE);
    if (digest != NULL && hash != NULL &&
        EVP_Digest(rules->data, rules->length, hash, size, digest, NULL) == 1)
        return hash;
    OPENSSL_free(hash);
    refuse(problem);
    return NULL;
}

static int time_of(TS_TST_INFO *info, const struct enroll_token_rules *rules,
                   time_t *made, struct enroll_problem *problem)
{
    char off[ENROLL_DURATION_TEXT];
    struct tm broken;
    long distance;

    if (!ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &broken))
        return enroll_problem_set(problem, ENROLL_TIMESTAMP,
                                  "its time stamp has no readable time");
    *made = timegm(&broken);
    distance = (long)(*made - rules->fresh);
    if (rules->fresh == 0 || labs(distance) <= ENROLL_TOKEN_SKEW)
        return 1;
    return enroll_problem_set(
        problem, ENROLL_TIMESTAMP,
        "its clock is %s %s this machine's; look which of them is wrong",
        enroll_duration_text(labs(distance), off),
        distance > 0 ? "ahead of" : "behind");
}

static int verify(PKCS7 *token, TS_TST_INFO *info,
                  const struct enroll_token_rules *rules, time_t made,
                  struct enroll_problem *problem)
{
    TS_VERIFY_CTX *context = TS_VERIFY_CTX_new();
    X509_STORE *store = trusted(rules->ca_file, made);
    unsigned int size = 0;
    unsigned char *hash = imprint_for(info, rules, &size, problem);
    int ok = 0;

    if (hash == NULL)
        goto out;
    if (store == NULL && rules->ca_file != NULL) {
        enroll_problem_set(problem, ENROLL_TIMESTAMP,
                           "its time stamp cannot be judged: tsa-ca-file = %s "
                           "cannot be read as PEM by this user",
                           rules->ca_file);
        ERR_clear_error();
        goto out;
    }
    if (context == NULL || store == NULL) {
        refuse(problem);
        goto out;
    }
    TS_VERIFY_CTX_set_flags(context, TS_VFY_VERSION | TS_VFY_IMPRINT |
                                         TS_VFY_SIGNATURE | TS_VFY_SIGNER);
    TS_VERIFY_CTX_set_store(context, store);
    store = NULL;
    TS_VERIFY_CTX_set_imprint(context, hash, (long)size);
    hash = NULL;
    ok = TS_RESP_verify_token(context, token) == 1;
    if (!ok)
        refuse(problem);
out:
    OPENSSL_free(hash);
    X509_STORE_free(store);
    TS_VERIFY_CTX_free(context);
    return ok;
}

int enroll_token_check(PKCS7 *token, const struct enroll_token_rules *rules,
                       time_t *made, struct enroll_problem *problem)
{
    TS_TST_INFO *info = NULL;
    time_t when = 0;
    int ok = 0;

    ERR_set_mark();
    info = PKCS7_to_TS_TST_INFO(token);
    if (info == NULL)
        refuse(problem);
    else
        ok = time_of(info, rules, &when, problem) &&
             verify(token, info, rules, when, problem);
    TS_TST_INFO_free(info);
    ERR_pop_to_mark();
    if (ok)
        *made = when;
    return ok;
}

PKCS7 *enroll_token_from_reply(TS_RESP *reply, TS_REQ *request,
                               const struct enroll_token_rules *rules,
                               struct enroll_problem *problem)
{
    TS_VERIFY_CTX *context = NULL;
    PKCS7 *token = NULL;
    time_t made = 0;
    int ok;

    ERR_set_mark();
    /* Status, version, policy, nonce and imprint; the token comes below. */
    context = TS_REQ_to_TS_VERIFY_CTX(request, NULL);
    ok = context != NULL && TS_RESP_verify_response(context, reply) == 1;
    if (!ok)
        refuse(problem);
    TS_VERIFY_CTX_free(context);
    ERR_pop_to_mark();
    if (!ok ||
        !enroll_token_check(TS_RESP_get_token(reply), rules, &made, problem))
        return NULL;
    token = PKCS7_dup(TS_RESP_get_token(reply));
    if (token == NULL)
        enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    return token;
}
