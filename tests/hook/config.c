/* SPDX-License-Identifier: Apache-2.0 */
/* enroll.conf: what is understood, and what is said where it is not. */
#include "hook/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/hook/place.h"
#include "tests/unit/check.h"

/* A profile that is complete but for the line under test. */
#define BASE                                                                   \
    "manager = scm\n"                                                          \
    "url = https://scm.example/\n"                                             \
    "client-id = id\n"                                                         \
    "client-secret = file:/secret\n"                                           \
    "email = a@b.example\n"                                                    \
    "trust = private\n"                                                        \
    "anchor = /ca.pem\n"

struct wrong {
    const char *text;        /* enroll.conf whole */
    enum enroll_class class; /* expected */
    const char *says[3];     /* all of these */
};

#define CONFIG(...)                                                            \
    ENROLL_CONFIGURATION,                                                      \
    {                                                                          \
        __VA_ARGS__                                                            \
    }
#define IN "[release]\n" BASE

static const struct wrong wrongs[] = {
    {IN "renwe = 30d\n", CONFIG("[release]", "'renwe'", "nearest is 'renew'")},
    {"tsaa = x\n" IN, CONFIG("[default]", "'tsaa'", "nearest is 'tsa'")},
    {IN "renew = soon\n", CONFIG("'renew'", "'soon'", "33%")},
    {IN "renew = 0%\n", CONFIG("'renew'", "between 1% and 90%")},
    {IN "renew = 100%\n", CONFIG("'renew'", "between 1% and 90%")},
    {IN "renew = 460d\n", CONFIG("'renew'", "as long as max-validity")},
    {IN "min-remaining = 500d\n", CONFIG("'min-remaining'", "write less")},
    {IN "wait = 5\n", CONFIG("'wait'", "not a duration", "30d")},
    {IN "wait = -5m\n", CONFIG("'wait'", "not a duration")},
    {IN "tsa-timeout = 0\n", CONFIG("'tsa-timeout'", "more than 0")},
    {IN "url = http://scm.example\n", CONFIG("'url'", "scheme", "https://")},
    {IN "url = https://me@scm.example\n", CONFIG("'url'", "user name")},
    {IN "url = https://scm.example/?x=1\n", CONFIG("'url'", "query")},
    {IN "url = scm.example\n", CONFIG("'url'")},
    {IN "token-url = http://sso.example\n", CONFIG("'token-url'", "scheme")},
    {IN "token-hosts = https://sso.example\n", CONFIG("'token-hosts'")},
    {IN "token-hosts =\n", CONFIG("'token-hosts'", "no host")},
    {IN "proxy = ftp://proxy.example\n", CONFIG("'proxy'", "scheme")},
    {IN "tsa = http://a.example, gopher://b.example\n",
     CONFIG("'tsa'", "gopher://b.example")},
    {IN "tsa =\n", CONFIG("'tsa'", "no URL")},
    {IN "anchor = ca.pem\n", CONFIG("'anchor'", "absolute path")},
    {IN "ca-file = ca.pem\n", CONFIG("'ca-file'", "absolute path")},
    {IN "tsa-ca-file = ./ca.pem\n", CONFIG("'tsa-ca-file'", "absolute path")},
    {IN "client-secret = hunter2\n",
     CONFIG("'client-secret'", "file:/PATH", "fd:NUMBER")},
    {IN "client-secret = file:secret\n", CONFIG("'client-secret'")},
    {IN "client-secret = env:PASSWORD\n", CONFIG("ENROLL_SECRET_NAME")},
    {IN "client-secret = credential:../x\n", CONFIG("'client-secret'")},
    {IN "client-secret = fd:x\n", CONFIG("'client-secret'")},
    {IN "email = nobody\n", CONFIG("'email'", "'nobody'")},
    {IN "san-email = @x\n", CONFIG("'san-email'")},
    {IN "manager = acme\n", CONFIG("'manager'", "'acme'", "scm")},
    {IN "key = elsewhere\n", CONFIG("'key'", "'elsewhere'", "file")},
    {IN "key-type = rsa:2048\n", CONFIG("'key-type'", "rsa:3072")},
    {IN "key-policy = keep\n", CONFIG("'key-policy'", "reuse, rotate")},
    {IN "trust = some\n", CONFIG("'trust'", "public, private")},
    {IN "persistent = yes\n", CONFIG("'persistent'", "required, no")},
    {IN "renew-by = cron\n", CONFIG("'renew-by'", "signer, timer, agent")},
    {IN "shared-state = true\n", CONFIG("'shared-state'", "yes nor no")},
    {IN "max-orders = 2\n", CONFIG("'max-orders'", "2/30d")},
    {IN "max-orders = 0/30d\n", CONFIG("'max-orders'", "1 to 1000")},
    {IN "max-orders = 2/0\n", CONFIG("'max-orders'", "2/30d")},
    {IN "subject = Example AG\n", CONFIG("'subject'", "ATTRIBUTE=VALUE")},
    {IN "subject = XX=Example AG\n", CONFIG("'subject'")},
    {IN "custom-field. = x\n", CONFIG("'custom-field.'", "custom-field.NAME")},
    {IN "title =\n", CONFIG("'title'", "no value")},
    {IN "clock-tolerance = 2h\n", CONFIG("'clock-tolerance'", "1h")},
    {IN "revocation-check = 30s\n", CONFIG("'revocation-check'", "1m")},
    {IN "revocation-check = yes\n", CONFIG("'revocation-check'", "duration")},
    {IN "on-revoked = order\n", CONFIG("'on-revoked'", "renew, hold")},
    {IN "failover-after = 0\n", CONFIG("'failover-after'", "1 to 100")},
    {IN "fallback = ,\n", CONFIG("'fallback'", "names no manager")},
    {IN "fallback = a/b\n", CONFIG("'fallback'", "'a/b'", "[manager/NAME]")},
    {IN "fallback = a, b, c, d, e\n", CONFIG("'fallback'", "more than 4")},
    {IN "fallback = b, b\n", CONFIG("'fallback'", "same manager twice")},
    {IN "fallback = b\n",
     CONFIG("[release]", "'fallback'", "no section [manager/b]")},
    {IN "fallback = b\n[manager/b]\nmanager = scm\n",
     CONFIG("[manager/b]", "'url' is missing")},
    {IN "fallback = b\n[manager/b]\nurl = https://b.example\n",
     CONFIG("[manager/b]", "'manager' is missing")},
    {IN "fallback = b\n[manager/b]\nmanager = scm\n"
        "url = https://b.example\nclient-id = id\n",
     CONFIG("[manager/b]", "'client-secret' is missing")},
    {IN "fallback = b\n[manager/b]\nrenew = 3d\n",
     CONFIG("[manager/b]", "'renew'", "move it to [release]")},
    {IN "fallback = b\n[manager/b]\nurll = 3d\n",
     CONFIG("[manager/b]", "'urll'", "nearest is 'url'")},
    {"[release]\nurl = https://x.example\n", CONFIG("'manager'", "scm")},
    {"[release]\nmanager = scm\n", CONFIG("'url' is missing", "url = https")},
    {"[release]\nmanager = scm\nurl = https://x.example\n",
     CONFIG("'client-id' is missing")},
    {"[release]\nmanager = scm\nurl = https://x.example\nclient-id = x\n",
     CONFIG("'client-secret' is missing")},
    {"[release]\nmanager = scm\nurl = https://x.example\nclient-id = x\n"
     "client-secret = fd:3\n",
     CONFIG("'email' is missing")},
    {"[release]\ntrust = private\n", CONFIG("'anchor' is missing")},
    {"[release]\n",
     ENROLL_POLICY,
     {"hardware", "trust = private", "allow-software-key = yes"}},
    {"[release]\nallow-software-key = yes\nmax-validity = 461d\n",
     CONFIG("'max-validity'", "460d")},
    {"[release]\nmanager\n", CONFIG("line 2", "missing equal sign")},
    {"# one\n[release\nmanager = scm\n", CONFIG("line 2", "square bracket")},
    {"[release]\nurl = $nowhere\n", CONFIG("line 2", "no value")},
    {"[re lease]\nmanager = scm\n", CONFIG("can't be a profile")},
    {"[a..b]\nmanager = scm\n", CONFIG("[a..b]", "can't be a profile")},
    {"[debug]\nmanager = scm\n", CONFIG("no section [release]", "[debug]")},
    {"", CONFIG("no section [release]", "no other profile")},
};

static void check_wrong(struct place *place, const struct wrong *wrong)
{
    const struct enroll_profile *profile = NULL;
    struct enroll_config *config = NULL;
    struct enroll_problem problem = {.class = ENROLL_OK};
    int ok;

    place_write(place, wrong->text);
    ok = enroll_config_load(place->config_path, place->state, &config,
                            &problem) &&
         enroll_config_profile(config, "release", &profile, &problem);
    CHECK(!ok && problem.class == wrong->class);
    CHECK(strstr(problem.line, place->config_path) != NULL);
    CHECK(strstr(problem.line, "hunter2") == NULL);
    for (size_t i = 0; i < 3 && wrong->says[i] != NULL; i++) {
        if (strstr(problem.line, wrong->says[i]) == NULL)
            fprintf(stderr, "for:\n%ssaid: %s\n", wrong->text, problem.line);
        CHECK(strstr(problem.line, wrong->says[i]) != NULL);
    }
    enroll_config_free(config);
}

static void a_complete_profile_is_understood(struct place *place)
{
    const struct enroll_profile *profile = NULL;

    place_profile(place, "renew = 25%\n"
                         "min-remaining = 3d\n"
                         "token-hosts = a.example , b.example:8443\n"
                         "tsa = http://a.example/tsa, https://b.example/tsa\n"
                         "custom-field.Cost%20center = 42\n"
                         "subject = O=Example, Inc,CN=Example\n"
                         "max-orders = 3/1w\n"
                         "key-policy = rotate\n"
                         "persistent = no\n"
                         "renew-by = timer\n");
    profile = place->profile;
    CHECK_STRING(profile->name, "release");
    CHECK_STRING(profile->url, "https://scm.example");
    CHECK(profile->renew.percent == 25 && profile->renew.seconds == 0);
    CHECK(profile->min_remaining == 3 * 86400L);
    CHECK_STRING(profile->token_hosts[0], "a.example");
    CHECK_STRING(profile->token_hosts[1], "b.example:8443");
    CHECK(profile->token_hosts[2] == NULL);
    CHECK(profile->tsa_count == 2);
    CHECK_STRING(profile->tsa[1], "https://b.example/tsa");
    CHECK(profile->custom_field_count == 1);
    CHECK_STRING(profile->custom_fields[0].name, "Cost center");
    CHECK(profile->max_orders == 3 && profile->max_orders_period == 7 * 86400L);
    CHECK(profile->key_policy == ENROLL_KEY_ROTATE);
    CHECK(profile->key_type == ENROLL_EC_P256);
    CHECK(!profile->persistent_required && !profile->public_trust);
    CHECK(profile->renew_by == ENROLL_RENEW_BY_TIMER);
    CHECK(profile->wait == 300 && profile->max_validity == 460L * 86400);
}

/* [default] counts where the profile is silent, and only there. */
static void defaults_are_shared(struct place *place)
{
    const struct enroll_profile *one = NULL, *two = NULL;
    struct enroll_config *config = NULL;
    struct enroll_problem problem;

    place_write(place, "wait = 1m\n[default]\ntrust = private\n"
                       "anchor = /ca.pem\n[one]\nwait = 2m\n[two]\n");
    CHECK(enroll_config_load(place->config_path, place->state, &config,
                             &problem));
    CHECK(enroll_config_profile(config, "one", &one, &problem));
    CHECK(enroll_config_profile(config, "two", &two, &problem));
    CHECK(one != NULL && one->wait == 120);
    CHECK(two != NULL && two->wait == 60);
    CHECK_STRING(enroll_config_name(config, 0), "one");
    CHECK_STRING(enroll_config_name(config, 1), "two");
    CHECK(enroll_config_name(config, 2) == NULL);
    enroll_config_free(config);
}

#define SECOND                                                                 \
    "[manager/second]\nmanager = scm\nurl = https://two.example\n"             \
    "client-id = two\nclient-secret = file:/two\nemail = c@d.example\n"

/* A fallback is the profile, but for all that is the manager's. */
static void a_fallback_inherits_no_manager(struct place *place)
{
    const struct enroll_profile *second = NULL;
    char before[ENROLL_SHA256_HEX];

    place_profile(place, "fallback = second\nwait = 1m\nproxy = http://p:1\n"
                         "custom-field.a = b\norder-id-field = clientOrderId\n"
                         "token-hosts = t.example\nlast-name = Doe\n" SECOND);
    CHECK(place->profile->fallback_count == 1);
    CHECK_STRING(place->profile->email, "signing@example.com");
    second = place->profile->fallback[0];
    CHECK_STRING(second->name, "release");
    CHECK_STRING(second->section, "manager/second");
    CHECK_STRING(second->url, "https://two.example");
    CHECK_STRING(second->email, "c@d.example");
    CHECK_STRING(second->last_name, "Doe");
    CHECK(second->wait == 60 && second->fallback_count == 0);
    CHECK(second->proxy == NULL && second->order_id_field == NULL);
    CHECK(second->custom_field_count == 0 && second->token_hosts[0] == NULL);
    CHECK_STRING(second->config_sha256, place->profile->config_sha256);
    strcpy(before, place->profile->config_sha256);
    place_profile(place, "fallback = second\nwait = 1m\nproxy = http://p:1\n"
                         "custom-field.a = b\norder-id-field = clientOrderId\n"
                         "token-hosts = t.example\nlast-name = Doe\n" SECOND
                         "title = Dr\n");
    CHECK(strcmp(place->profile->config_sha256, before) != 0);
}

/* One profile's mistake is not another's. */
static void a_wrong_neighbour_does_no_harm(struct place *place)
{
    const struct enroll_profile *profile = NULL;
    struct enroll_config *config = NULL;
    struct enroll_problem problem;

    place_write(place, "[bad]\nnonsense = 1\n[good]\ntrust = private\n"
                       "anchor = /ca.pem\n");
    CHECK(enroll_config_load(place->config_path, place->state, &config,
                             &problem));
    CHECK(enroll_config_profile(config, "good", &profile, &problem));
    CHECK(!enroll_config_profile(config, "bad", &profile, &problem));
    enroll_config_free(config);
}

static void the_digest_is_of_what_counts(struct place *place)
{
    char before[ENROLL_SHA256_HEX];

    place_profile(place, "wait = 1m\nrenew = 30d\n");
    strcpy(before, place->profile->config_sha256);
    place_profile(place, "# moved about\nrenew = 30d\nwait = 1m\n");
    CHECK_STRING(place->profile->config_sha256, before);
    place_profile(place, "renew = 30d\nwait = 2m\n");
    CHECK(strcmp(place->profile->config_sha256, before) != 0);
}

static void load_says(struct place *place, const char *path, const char *says)
{
    struct enroll_config *config = NULL;
    struct enroll_problem problem = {.class = ENROLL_OK};

    CHECK(!enroll_config_load(path, place->state, &config, &problem));
    CHECK(problem.class == ENROLL_CONFIGURATION);
    CHECK(strstr(problem.line, says) != NULL);
    enroll_config_free(config);
}

static void who_can_write_it_is_checked(struct place *place)
{
    char path[PATH_MAX + 16];

    place_profile(place, "");
    CHECK(chmod(place->config_path, 0664) == 0);
    load_says(place, place->config_path, "chmod go-w");
    CHECK(chmod(place->config_path, 0602) == 0);
    load_says(place, place->config_path, "chmod go-w");
    CHECK(chmod(place->config_path, 0644) == 0);
    if (geteuid() == 0) {
        CHECK(chown(place->config_path, 65534, 65534) == 0);
        load_says(place, place->config_path, "belongs to user 65534");
        CHECK(chown(place->config_path, 0, 0) == 0);
    }
    snprintf(path, sizeof(path), "%s/none.conf", place->folder);
    load_says(place, path, "there is no configuration file");
    load_says(place, place->folder, "not a regular file");
    snprintf(path, sizeof(path), "%s/pipe", place->folder);
    CHECK(mkfifo(path, 0644) == 0);
    load_says(place, path, "not a regular file");
}

int main(void)
{
    struct place place;

    place_make(&place);
    for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++)
        check_wrong(&place, &wrongs[i]);
    a_complete_profile_is_understood(&place);
    defaults_are_shared(&place);
    a_fallback_inherits_no_manager(&place);
    a_wrong_neighbour_does_no_harm(&place);
    the_digest_is_of_what_counts(&place);
    who_can_write_it_is_checked(&place);
    place_remove(&place);
    return CHECK_DONE();
}
