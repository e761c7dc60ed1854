/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session with a manager that answers anything: token, challenge, orders,
 * certificates. The input: a letter for what is asked, then answers,
 * "STATUS TYPE CHALLENGE\nBODY\n----\n". The secret never shows.
 */
#include "hook/protocol/http.h"
#include "hook/protocol/protocol.h"
#include "hook/protocol/url.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static const struct enroll_profile profile = {
    .name = "release",
    .config_path = "/etc/enroll/enroll.conf",
    .url = "https://scm.example",
    .client_id = "id",
    .client_secret = "env:ENROLL_SECRET_FUZZ",
    .email = "signing@example.com",
    .order_id_field = "clientOrderId"};

static char *left;

__typeof__(enroll_http_perform) __wrap_enroll_http_perform;

/* Instead of libcurl: the next answer of the input. */
enum enroll_http_result __wrap_enroll_http_perform(
    struct enroll_http *http, const struct enroll_http_request *request,
    struct enroll_http_reply *reply, struct enroll_problem *problem)
{
    char *end = left == NULL ? NULL : strstr(left, "\n----\n"), *body = NULL;
    char authority[ENROLL_AUTHORITY_MAX];

    (void)http;
    /* Only to these, whatever the manager says. */
    REQUIRE(enroll_url_authority(request->url, authority));
    REQUIRE(enroll_url_is(authority, "scm.example") ||
            enroll_url_is(authority, "auth.sso.sectigo.com"));
    body = end == NULL ? NULL : memchr(left, '\n', (size_t)(end - left + 1));
    if (body == NULL) {
        left = NULL;
        enroll_problem_set(problem, ENROLL_UNREACHABLE, "no answer");
        return ENROLL_HTTP_UNCERTAIN;
    }
    *body++ = '\0';
    memset(reply, 0, sizeof(*reply));
    if (sscanf(left, "%ld %95s %4095[^\n]", &reply->status, reply->content_type,
               reply->challenge) < 1)
        reply->status = 200;
    reply->length = body > end ? 0 : (size_t)(end - body);
    reply->body = OPENSSL_zalloc(reply->length + 1);
    REQUIRE(reply->body != NULL);
    memcpy(reply->body, body, reply->length);
    left = end + 6;
    return ENROLL_HTTP_ANSWERED;
}

static void ask(char what, struct enroll_session *session,
                struct enroll_problem *problem)
{
    const struct enroll_protocol *scm = enroll_protocol_find("scm");
    const struct enroll_order order = {.csr = fuzz_csr(),
                                       .client_order_id = "0123"};
    const struct enroll_revocation revocation = {4, "superseded"};
    STACK_OF(X509) *certificates = NULL;
    char *id = NULL;
    time_t date;

    switch (what) {
    case 'o': scm->order(session, &order, &id, problem); break;
    case 'c': scm->collect(session, "1", &certificates, problem); break;
    case 'h': scm->hint(session, "1", &date, problem); break;
    case 'l': scm->lookup(session, "0123", &id, problem); break;
    case 'r': scm->revoke(session, "1", &revocation, problem); break;
    default: scm->probe(session, &date, problem); break;
    }
    sk_X509_pop_free(certificates, X509_free);
    OPENSSL_free(id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char secret[] = "sesame-open";
    struct enroll_session *session = NULL;
    struct enroll_problem problem = {0};
    char *text = fuzz_text(data, size);

    setenv("ENROLL_SECRET_FUZZ", secret, 1);
    left = size > 1 ? text + 1 : NULL;
    REQUIRE(enroll_protocol_find("scm")->open(&profile, &session, &problem));
    ask(text[0], session, &problem);
    REQUIRE(fuzz_is_line(problem.line));
    REQUIRE(strstr(problem.line, secret) == NULL);
    enroll_protocol_find("scm")->close(session);
    free(text);
    return 0;
}
