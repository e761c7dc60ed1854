/* SPDX-License-Identifier: Apache-2.0 */
/* hook/protocol/scm.h: bodies, each read as each kind of answer. */
#include "hook/protocol/scm.h"

#include <openssl/crypto.h>

#include "tests/fuzz/fuzz.h"

static const struct enroll_profile profile = {.name = "release",
                                              .config_path =
                                                  "/etc/enroll/enroll.conf",
                                              .url = "https://scm.example",
                                              .client_id = "id"};

static void check_id(char *id)
{
    REQUIRE(strlen(id) <= ENROLL_ORDER_ID_MAX && *id != '\0');
    /* A slash is escaped where it becomes part of a path; these are not. */
    REQUIRE(strcmp(id, ".") != 0 && strcmp(id, "..") != 0);
    for (const char *at = id; *at != '\0'; at++)
        REQUIRE(*at > 0x20 && *at < 0x7f);
    OPENSSL_free(id);
}

static void explain(char *body, size_t length)
{
    static const long statuses[] = {100, 200, 303, 307, 400, 401,
                                    403, 404, 410, 429, 500, 503};

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        const struct enroll_http_reply reply = {.status = statuses[i],
                                                .body = body,
                                                .length = length,
                                                .location =
                                                    "https://b.example"};
        struct enroll_problem problem;
        struct enroll_scm_error error;
        enum enroll_scm_meaning meaning = enroll_scm_meaning(&reply, &error);

        REQUIRE((meaning == ENROLL_SCM_FINE) == (statuses[i] == 200));
        enroll_scm_explain(&profile, "refused", &reply, meaning, &error,
                           &problem);
        REQUIRE(problem.class != ENROLL_OK && fuzz_is_line(problem.line));
        enroll_scm_unreadable(&profile, &reply, "is odd", &problem);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *body = fuzz_text(data, size), *id = NULL;
    char status[ENROLL_SCM_STATUS_MAX];
    const char *why = NULL;
    time_t renew_at = 0;

    if (enroll_scm_read_id(body, size, &id, &why))
        check_id(id);
    else
        REQUIRE(why != NULL);
    id = NULL;
    if (enroll_scm_read_orders(body, size, &id, &why) && id != NULL)
        check_id(id);
    if (enroll_scm_read_status(body, size, status, &why)) {
        REQUIRE(*status != '\0' && fuzz_is_line(status));
        enroll_scm_state(status);
    }
    if (!enroll_scm_read_hint(body, size, &renew_at, &why))
        REQUIRE(why != NULL && renew_at == 0);
    explain(body, size);
    free(body);
    return 0;
}
