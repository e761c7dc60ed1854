/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Called at the end of OSSL_provider_init and there under OpenSSL's lock: may
 * use no libcrypto but its memory and lock functions, reads no key and no
 * chain, and leaves all work to the hook.
 */
#include "provider/ensure.h"

#include <errno.h>
#include <string.h>

#include "core/uri.h"
#include "provider/ask.h"
#include "provider/debug.h"
#include "provider/error.h"
#include "provider/pin.h"
#include "provider/view.h"

/* Programs that open certificates as files only. */
static const char programs[] =
    "osslsigncode sbsign sbvarsign sign-efi-sig-list sign-file mkimage rauc "
    "fsverity evmctl xmlsec1 kmodsign";

static int concerned(const struct enroll_settings *settings)
{
    const char *list =
        settings->ensure_for != NULL ? settings->ensure_for : programs;
    const char *self = program_invocation_short_name, *name = NULL;
    size_t length = 0;

    while ((name = enroll_list_next(&list, &length)) != NULL)
        if (strlen(self) == length && strncmp(self, name, length) == 0)
            return 1;
    return 0;
}

static int make_ready(struct enroll_provider *provider,
                      const struct enroll_places *places,
                      struct enroll_problem *problem, int *asked)
{
    const struct enroll_question question = {
        .op = "ready",
        .profile = provider->settings.ensure,
        .places = places,
        .min_remaining = -1,
    };
    struct enroll_view view;
    enum enroll_prospect prospect = enroll_view_open(
        places->state, question.profile, 0, -1, &view, problem);

    enroll_view_close(&view);
    if (prospect != ENROLL_CURABLE)
        return prospect == ENROLL_DELIVERABLE;
    *asked = 1;
    return enroll_ask(provider, &question, problem);
}

/* The decoder that comes next neither asks nor prints again. */
static void ensure(struct enroll_provider *provider, struct enroll_pin *pin)
{
    struct enroll_problem problem;
    struct enroll_places places;
    int asked = 0;

    if (!enroll_places_find(&places, provider->settings.config,
                            provider->settings.state))
        return;
    if (make_ready(provider, &places, &problem, &asked)) {
        enroll_debug(provider, "%s: ensured%s", provider->settings.ensure,
                     asked ? " by the hook" : "");
    } else {
        enroll_pin_remember(provider, pin, &problem, asked);
        enroll_say(provider, problem.line);
        enroll_debug(provider, "not ensured: %s", problem.line);
    }
    enroll_places_clear(&places);
}

void enroll_ensure(struct enroll_provider *provider)
{
    const struct enroll_settings *settings = &provider->settings;
    struct enroll_pin *pin = NULL;
    struct enroll_problem problem;

    if (settings->ensure == NULL || provider->inert || provider->privileged ||
        !concerned(settings))
        return;
    if (!enroll_profile_name_ok(settings->ensure)) {
        enroll_problem_set(
            &problem, ENROLL_CONFIGURATION,
            "ensure = %s in openssl.cnf is no profile's name; write "
            "the name of a profile in enroll.conf",
            settings->ensure);
        enroll_say(provider, problem.line);
        return;
    }
    pin = enroll_pin_open(provider, settings->ensure);
    if (pin != NULL)
        ensure(provider, pin);
    enroll_pin_close(provider, pin);
}
