/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides what a tool is given. Called by store.c and decoder.c once they know
 * that an identity of ours is wanted. Reading takes no lock and starts
 * nothing; the hook is asked only when nothing deliverable is there.
 */
#include "provider/handout.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/publishing.h"
#include "provider/ask.h"
#include "provider/debug.h"
#include "provider/error.h"
#include "provider/pin.h"
#include "provider/renewal.h"
#include "provider/view.h"

#define RACES_MAX 3 /* times that another thread may be faster */

/* One request of a tool on its way through this file. */
struct request {
    struct enroll_provider *provider;
    const struct enroll_uri *uri;
    int wanted;
    struct enroll_places places;
    struct enroll_handout *handout;
    struct enroll_problem problem; /* why not, as far as known */
    unsigned long damaged;         /* a generation that only looked usable */
    unsigned long taken;           /* the one that *handout is of */
    int asked;                     /* the hook has been */
    int told;                      /* problem has been, and is remembered */
};

static void drop(struct enroll_handout *handout)
{
    enroll_handout_clear_key(handout);
    enroll_chain_clear(&handout->chain);
}

static int read_key(struct request *request,
                    const struct enroll_generation *generation)
{
    if (strcmp(generation->custody, "file") != 0)
        return enroll_problem_set(&request->problem, ENROLL_KEY,
                                  "%s: its key is held by '%s', which this "
                                  "version of the provider cannot use; sign "
                                  "with enroll-hook sign or use key = file",
                                  request->uri->profile, generation->custody);
    return enroll_generation_key(generation, &request->handout->key,
                                 &request->handout->key_length,
                                 &request->problem);
}

static enum enroll_prospect read_wanted(
    struct request *request, const struct enroll_generation *generation)
{
    struct enroll_handout *handout = request->handout;

    if (((request->wanted & ENROLL_WANT_KEY) == 0 ||
         read_key(request, generation)) &&
        ((request->wanted & ENROLL_WANT_CHAIN) == 0 ||
         enroll_generation_chain(generation, &handout->chain,
                                 &request->problem)))
        return ENROLL_DELIVERABLE;
    drop(handout);
    enroll_problem_prefix(&request->problem, request->uri->profile);
    request->damaged = generation->number;
    return enroll_prospect_of(&request->problem);
}

/*
 * Is there anything that falls to us? A later generation says that it has been
 * renewed; but the publication of its key may have been left half-way.
 */
static int renewal_due(const struct enroll_view *view)
{
    const struct enroll_look *look = &view->look;
    unsigned long current = 0;

    if (look->usability != ENROLL_RENEWABLE ||
        look->verdict.renew_by != ENROLL_RENEW_BY_SIGNER ||
        enroll_generation_current(view->profile_fd, &current, NULL) !=
            ENROLL_FOUND)
        return 0;
    return current == look->generation->number ||
           enroll_publishing_waits(view->profile_fd, time(NULL));
}

static enum enroll_prospect deliver(struct request *request,
                                    const struct enroll_view *view)
{
    const struct enroll_generation *generation = view->look.generation;
    enum enroll_prospect prospect = read_wanted(request, generation);

    if (prospect != ENROLL_DELIVERABLE)
        return prospect;
    request->handout->renewal_due = renewal_due(view);
    request->taken = generation->number;
    enroll_debug(request->provider, "%s: generation %lu delivered%s%s%s",
                 request->uri->profile, generation->number,
                 (request->wanted & ENROLL_WANT_KEY) != 0 ? ", key" : "",
                 (request->wanted & ENROLL_WANT_CHAIN) != 0 ? ", chain" : "",
                 request->handout->renewal_due ? ", renewal due" : "");
    return prospect;
}

/* Generation number, or the current one (0). */
static enum enroll_prospect attempt(struct request *request,
                                    unsigned long number)
{
    const struct enroll_uri *uri = request->uri;
    struct enroll_view view;
    enum enroll_prospect prospect =
        enroll_view_open(request->places.state, uri->profile, number,
                         uri->min_remaining, &view, &request->problem);

    request->damaged = view.damaged;
    if (prospect == ENROLL_DELIVERABLE)
        prospect = deliver(request, &view);
    enroll_view_close(&view);
    return prospect;
}

/* A generation asked for by number does not move what others work with. */
static enum enroll_prospect attempt_own(struct request *request)
{
    enum enroll_prospect prospect = attempt(request, request->uri->generation);

    if (prospect == ENROLL_DELIVERABLE)
        enroll_pin_move(request->provider, request->handout->pin, 0,
                        request->taken);
    return prospect;
}

/*
 * What this process already works with; where that has come to its end, or
 * nothing is pinned, what is current, unless another thread was faster to pin
 * another one: then that.
 */
static enum enroll_prospect attempt_any(struct request *request)
{
    struct enroll_pin *memory = request->handout->pin;
    enum enroll_prospect prospect = ENROLL_HOPELESS;

    for (int i = 0; i < RACES_MAX; i++) {
        unsigned long pinned = enroll_pin_generation(request->provider, memory);

        drop(request->handout);
        if (pinned != 0 && attempt(request, pinned) == ENROLL_DELIVERABLE)
            return ENROLL_DELIVERABLE;
        prospect = attempt(request, 0);
        if (prospect != ENROLL_DELIVERABLE ||
            enroll_pin_move(request->provider, memory, pinned, request->taken))
            break;
    }
    return prospect;
}

static int ask(struct request *request, unsigned long failed)
{
    const struct enroll_question question = {
        .op = "ready",
        .profile = request->uri->profile,
        .places = &request->places,
        .min_remaining = request->uri->min_remaining,
        .failed = failed,
    };

    request->asked = 1;
    return enroll_ask(request->provider, &question, &request->problem);
}

/* Prints the refusal, unless the same was printed just now. */
static void tell(struct request *request)
{
    request->told = 1;
    if (enroll_pin_remember(request->provider, request->handout->pin,
                            &request->problem, request->asked))
        enroll_say(request->provider, request->problem.line);
}

/* The current generation's number if another than ours could be delivered. */
static unsigned long successor(const struct request *request)
{
    const struct enroll_uri *uri = request->uri;
    struct enroll_problem ignored;
    struct enroll_view view;
    unsigned long number = 0;

    if (enroll_view_open(request->places.state, uri->profile, 0,
                         uri->min_remaining, &view,
                         &ignored) == ENROLL_DELIVERABLE &&
        view.look.generation->number != uri->generation)
        number = view.look.generation->number;
    enroll_view_close(&view);
    return number;
}

/*
 * The tool has read the certificate of a generation that is at its end: the
 * key of another one would not fit it, and the same key would put the old
 * certificate into the signature. So this run fails, and the next will sign.
 */
static int refuse_this_once(struct request *request)
{
    const struct enroll_uri *uri = request->uri;
    unsigned long next = successor(request);

    if (next == 0)
        return 0;
    enroll_problem_set(&request->problem, ENROLL_NOT_USABLE,
                       "%s: this tool has read the certificate of generation "
                       "%lu, which can no longer be used; generation %lu is "
                       "ready and the next run will sign: run the command "
                       "again, with %s/%s/identity.pem itself, not a copy",
                       uri->profile, uri->generation, next,
                       request->places.state, uri->profile);
    return 1;
}

/* The identity file still names the old key: without the hook it would stay. */
static int being_published(const struct request *request)
{
    struct enroll_publishing publishing = {.from = 0};
    int fd = -1;

    if (enroll_identity_open(request->places.state, request->uri->profile, &fd,
                             NULL) != ENROLL_FOUND)
        return 0;
    enroll_publishing_load(fd, &publishing, NULL);
    close(fd);
    return publishing.from == request->uri->generation;
}

/* If the hook has mended the very generation, that is as good. */
static enum enroll_prospect ask_for_next(struct request *request)
{
    unsigned long number = request->uri->generation;

    if ((!being_published(request) && refuse_this_once(request)) ||
        enroll_pin_failed(request->provider, request->handout->pin,
                          &request->problem) ||
        !ask(request, number) || refuse_this_once(request))
        return ENROLL_HOPELESS;
    return attempt_own(request);
}

static enum enroll_prospect ask_for_any(struct request *request)
{
    enum enroll_prospect prospect = attempt_any(request);

    if (prospect == ENROLL_CURABLE &&
        !enroll_pin_failed(request->provider, request->handout->pin,
                           &request->problem) &&
        ask(request, request->damaged))
        prospect = attempt_any(request);
    return prospect;
}

/*
 * Asks the hook and looks again. Threads that come here together ask once: who
 * waited finds a usable identity, or the failure that was met meanwhile.
 */
static enum enroll_prospect turn_to_hook(struct request *request)
{
    struct enroll_pin *memory = request->handout->pin;
    enum enroll_prospect prospect;

    if (request->provider->privileged || !enroll_pin_ask_begin(memory))
        return ENROLL_HOPELESS;
    prospect = request->uri->generation != 0 ? ask_for_next(request)
                                             : ask_for_any(request);
    if (prospect != ENROLL_DELIVERABLE)
        tell(request);
    enroll_pin_ask_end(memory);
    return prospect;
}

static enum enroll_prospect serve(struct request *request)
{
    enum enroll_prospect prospect = request->uri->generation != 0
                                        ? attempt_own(request)
                                        : attempt_any(request);

    return prospect == ENROLL_CURABLE ? turn_to_hook(request) : prospect;
}

int enroll_handout_take(struct enroll_provider *provider,
                        const struct enroll_uri *uri, int wanted,
                        struct enroll_handout *handout)
{
    struct request request = {
        .provider = provider,
        .uri = uri,
        .wanted = wanted,
        .handout = handout,
    };
    int taken = 0;

    memset(handout, 0, sizeof(*handout));
    handout->pin = enroll_pin_open(provider, uri->profile);
    if (handout->pin == NULL ||
        !enroll_places_find(&request.places, provider->settings.config,
                            provider->settings.state)) {
        enroll_problem_set(&request.problem, ENROLL_INTERNAL,
                           "%s: out of memory", uri->profile);
        enroll_raise(provider, &request.problem);
        return 0;
    }
    taken = serve(&request) == ENROLL_DELIVERABLE;
    if (!taken) {
        if (!request.told)
            tell(&request);
        enroll_raise(provider, &request.problem);
        enroll_debug(provider, "refused: %s", request.problem.line);
    }
    enroll_places_clear(&request.places);
    return taken;
}

void enroll_handout_clear_key(struct enroll_handout *handout)
{
    OPENSSL_clear_free(handout->key, handout->key_length);
    handout->key = NULL;
    handout->key_length = 0;
}

void enroll_handout_release(struct enroll_provider *provider,
                            struct enroll_handout *handout)
{
    drop(handout);
    if (handout->renewal_due)
        enroll_renewal_start(provider, handout->pin);
    enroll_pin_close(provider, handout->pin);
    memset(handout, 0, sizeof(*handout));
}
