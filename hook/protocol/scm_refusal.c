/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SCM means by an answer that is no success. Its codes are documented for
 * the Admin API and some stand for two things, so a code counts only where the
 * text, if there is one, does not speak against it. Asks nobody.
 */
#include "hook/protocol/scm.h"

#include <stdio.h>
#include <string.h>

#include "hook/protocol/url.h"

/* ----- codes ----- */

struct known_code {
    long long code;
    enum enroll_scm_meaning meaning;
    /* Fits a text with one of these words; NULL: any. Separated by '|'. */
    const char *text_has;
    const char *words; /* SCM's, for where it sent none */
    const char *remedy;
};

static const char check_account[] =
    "the REST account's certificate profile and term are set in SCM: ask its "
    "administrator";
static const char check_key[] =
    "check key-type, and which keys the REST account's certificate profile "
    "allows";
static const char check_profile[] = "mend what it names";
static const char ask[] = "ask the manager's administrator";
static const char later[] = "try again later";

static const struct known_code codes[] = {
    {-3, ENROLL_SCM_CREDENTIALS, "authori|denied|permi",
     "not authorized to perform this", NULL},
    {-25, ENROLL_SCM_CREDENTIALS, "authori|denied|permi",
     "not authorized to execute this", NULL},
    {-37, ENROLL_SCM_CREDENTIALS, "authori|denied|permi", "access denied",
     NULL},
    {-16, ENROLL_SCM_CREDENTIALS, "user|account|client|login", "unknown user",
     NULL},
    {-970, ENROLL_SCM_CREDENTIALS, "credential|login|password",
     "incorrect login credentials", NULL},

    {-103, ENROLL_SCM_PENDING, "not been|not yet|later|process|pending",
     "certificate has not been collected yet", NULL},
    {-109, ENROLL_SCM_PENDING, "not available|later|process|pending",
     "certificate is not available now", NULL},
    {-183, ENROLL_SCM_PENDING, "not collectable|later|process|pending",
     "certificate is not collectable", NULL},
    {-1400, ENROLL_SCM_PENDING, "process|later|pending",
     "the request is being processed", NULL},
    {0, ENROLL_SCM_PENDING, "being processed", "being processed", NULL},

    {-140, ENROLL_SCM_TEMPORARY, "unavailable|later|temporar",
     "CSR decoding is unavailable", later},
    {-195, ENROLL_SCM_TEMPORARY, "unavailable|later|temporar",
     "the CA is temporarily unavailable", later},

    {-102, ENROLL_SCM_REJECTED, NULL, "only issued certificates can be revoked",
     "wait until it is issued, or have the order declined in SCM"},
    {-110, ENROLL_SCM_REVOKED, "revoked", "certificate has been revoked", NULL},
    {-159, ENROLL_SCM_ALREADY_REVOKED, "already", "already revoked", NULL},
    {-5101, ENROLL_SCM_UNKNOWN_ORDER, "not found", "certificate not found",
     "the REST account of client-id must be the one that ordered it"},

    {-7, ENROLL_SCM_REJECTED, NULL, "a required value is missing",
     check_profile},
    {-1601, ENROLL_SCM_REJECTED, NULL, "a field has an invalid value",
     check_profile},
    {-62, ENROLL_SCM_REJECTED, "custom", "a mandatory custom field is missing",
     "give it as custom-field.NAME"},
    {-9, ENROLL_SCM_REJECTED, NULL, "CSR is not valid Base-64", ask},
    {-10, ENROLL_SCM_REJECTED, NULL, "CSR cannot be decoded", ask},
    {-138, ENROLL_SCM_REJECTED, NULL, "invalid CSR", check_key},
    {-11, ENROLL_SCM_REJECTED, NULL, "CSR has an unsupported algorithm",
     check_key},
    {-13, ENROLL_SCM_REJECTED, NULL, "CSR has an unsupported key size",
     check_key},
    {-194, ENROLL_SCM_REJECTED, NULL, "CSR has an unsupported key size",
     check_key},
    {-141, ENROLL_SCM_REJECTED, NULL, "CSR has too small a key", check_key},
    {-78, ENROLL_SCM_REJECTED, NULL, "public key is invalid or unsupported",
     check_key},
    {-170, ENROLL_SCM_REJECTED, NULL, "ECC CSRs are not allowed", check_key},
    {-36, ENROLL_SCM_REJECTED, NULL, "term is invalid for the profile",
     check_account},
    {-39, ENROLL_SCM_REJECTED, NULL, "profile id is invalid", check_account},
    {-111, ENROLL_SCM_REJECTED, NULL, "no profile by that id", check_account},
    {-1023, ENROLL_SCM_REJECTED, NULL, "organization not found", check_account},
};

/* Does text have one of the words in alternatives? */
static int has_one_of(const char *text, const char *alternatives)
{
    char words[128];
    char *rest = NULL;

    snprintf(words, sizeof(words), "%s", alternatives);
    for (char *word = strtok_r(words, "|", &rest); word != NULL;
         word = strtok_r(NULL, "|", &rest))
        if (strcasestr(text, word) != NULL)
            return 1;
    return 0;
}

static const struct known_code *find(const struct enroll_scm_error *error)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (error->has_code && codes[i].code == error->code &&
            (codes[i].text_has == NULL || error->text[0] == '\0' ||
             has_one_of(error->text, codes[i].text_has)))
            return &codes[i];
    return NULL;
}

/* ----- meaning ----- */

static enum enroll_scm_meaning meaning_of_error(
    long status, const struct enroll_scm_error *error)
{
    const struct known_code *known = find(error);

    /* Clients have met "being processed" under several codes, and code 0. */
    if (error->text[0] != '\0' && has_one_of(error->text, "being processed"))
        return ENROLL_SCM_PENDING;
    if (known != NULL)
        return known->meaning;
    if (status == 403)
        return ENROLL_SCM_CREDENTIALS;
    return status == 404 ? ENROLL_SCM_UNKNOWN_ORDER : ENROLL_SCM_REJECTED;
}

enum enroll_scm_meaning enroll_scm_error_meaning(
    long status, const struct enroll_scm_error *error)
{
    if (status >= 200 && status < 300)
        return ENROLL_SCM_FINE;
    if (status >= 300 && status < 400)
        return ENROLL_SCM_ELSEWHERE;
    if (status == 401)
        return ENROLL_SCM_CREDENTIALS;
    if (status == 429)
        return ENROLL_SCM_THROTTLED;
    if (status >= 500 || status < 200)
        return ENROLL_SCM_TEMPORARY;
    if (error->is_scm)
        return meaning_of_error(status, error);
    if (status == 403)
        return ENROLL_SCM_CREDENTIALS;
    return status == 404 || status == 405 || status == 410
               ? ENROLL_SCM_NOT_THERE
               : ENROLL_SCM_REJECTED;
}

enum enroll_scm_meaning enroll_scm_meaning(
    const struct enroll_http_reply *reply, struct enroll_scm_error *error)
{
    enroll_scm_read_error(reply->body, reply->length, error);
    return enroll_scm_error_meaning(reply->status, error);
}

/* ----- lines ----- */

/* "SCM's words (HTTP 400, code -141)" */
static void reason(const struct enroll_http_reply *reply,
                   const struct enroll_scm_error *error, char *out, size_t size)
{
    const struct known_code *known = find(error);
    const char *words = error->text;
    char code[40] = "";

    if (words[0] == '\0')
        words = known == NULL ? "no reason given" : known->words;
    if (error->has_code)
        snprintf(code, sizeof(code), ", code %lld", error->code);
    snprintf(out, size, "%s (HTTP %ld%s)", words, reply->status, code);
}

static void explain_credentials(const struct enroll_profile *profile,
                                const char *host, const char *why,
                                struct enroll_problem *problem)
{
    char setting[ENROLL_SETTING_MAX];

    enroll_setting(profile, "client-id", setting);
    enroll_problem_set(problem, ENROLL_REJECTED,
                       "%s does not let client-id '%.64s' do this: %s; check "
                       "%s, and that its REST account is enabled and is one "
                       "for code signing",
                       host, profile->client_id, why, setting);
}

static void explain_redirect(const struct enroll_profile *profile,
                             const char *host,
                             const struct enroll_http_reply *reply,
                             struct enroll_problem *problem)
{
    char target[ENROLL_AUTHORITY_MAX] = "nowhere", setting[ENROLL_SETTING_MAX];

    if (reply->location[0] != '\0')
        enroll_url_shown(reply->location, target);
    enroll_setting(profile, "url", setting);
    enroll_problem_set(problem, ENROLL_CONFIGURATION,
                       "%s redirects to %s (HTTP %ld), and redirects are never "
                       "followed; if that is the manager, name it in %s",
                       host, target, reply->status, setting);
}

static void explain_not_there(const struct enroll_profile *profile,
                              const char *host,
                              const struct enroll_http_reply *reply,
                              struct enroll_problem *problem)
{
    char type[ENROLL_WORDS_MAX], setting[ENROLL_SETTING_MAX];

    enroll_words(reply->content_type, type);
    enroll_setting(profile, "url", setting);
    enroll_problem_set(
        problem, ENROLL_CONFIGURATION,
        "%s answered HTTP %ld, not as SCM's REST Enrollment API does (%s, %zu "
        "bytes); is %s the address that SCM shows for the endpoint?",
        host, reply->status, type[0] == '\0' ? "no type" : type, reply->length,
        setting);
}

void enroll_scm_explain(const struct enroll_profile *profile, const char *doing,
                        const struct enroll_http_reply *reply,
                        enum enroll_scm_meaning meaning,
                        const struct enroll_scm_error *error,
                        struct enroll_problem *problem)
{
    const struct known_code *known = find(error);
    const char *remedy = NULL;
    char host[ENROLL_AUTHORITY_MAX], why[2 * ENROLL_WORDS_MAX];

    /* Not the remedy for what the code means elsewhere. */
    if (known != NULL && known->meaning == meaning)
        remedy = known->remedy;
    enroll_url_shown(profile->url, host);
    reason(reply, error, why, sizeof(why));
    switch (meaning) {
    case ENROLL_SCM_CREDENTIALS:
        explain_credentials(profile, host, why, problem);
        break;
    case ENROLL_SCM_THROTTLED:
        enroll_problem_set(problem, ENROLL_THROTTLED,
                           "%s wants to be asked less often: %s; %s", host, why,
                           later);
        break;
    case ENROLL_SCM_TEMPORARY:
        enroll_problem_set(problem, ENROLL_UNREACHABLE,
                           "%s cannot answer now: %s; %s", host, why, later);
        break;
    case ENROLL_SCM_PENDING:
        enroll_problem_set(problem, ENROLL_PENDING, "%s says: %s", host, why);
        break;
    case ENROLL_SCM_ELSEWHERE:
        explain_redirect(profile, host, reply, problem);
        break;
    case ENROLL_SCM_NOT_THERE:
        explain_not_there(profile, host, reply, problem);
        break;
    default:
        enroll_problem_set(problem, ENROLL_REJECTED, "%s %s: %s; %s", host,
                           doing, why, remedy == NULL ? ask : remedy);
        break;
    }
}

void enroll_scm_unreadable(const struct enroll_profile *profile,
                           const struct enroll_http_reply *reply,
                           const char *why, struct enroll_problem *problem)
{
    char host[ENROLL_AUTHORITY_MAX], type[ENROLL_WORDS_MAX],
        setting[ENROLL_SETTING_MAX];

    enroll_url_shown(profile->url, host);
    enroll_words(reply->content_type, type);
    enroll_setting(profile, "url", setting);
    enroll_problem_set(problem, ENROLL_UNREACHABLE,
                       "%s answered HTTP %ld with something that %s (%s, %zu "
                       "bytes); if that stays so, check %s",
                       host, reply->status, why,
                       type[0] == '\0' ? "no type" : type, reply->length,
                       setting);
}
