/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of each profile. Called by handout.c and ensure.c; the list and
 * all fields are behind the provider's lock, which is never held while
 * anything is read or asked.
 */
#include "provider/pin.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/wire.h"

struct enroll_pin {
    struct enroll_pin *next;
    char profile[ENROLL_PROFILE_MAX + 1];
    CRYPTO_RWLOCK *asking;
    pid_t process; /* whose lock that is */
    unsigned int users;
    long long idle_since; /* while users is 0; all times monotonic, in ms */
    unsigned long generation;
    long long renewal_after;
    long long said_until;  /* failure was printed */
    long long asked_until; /* failure is what the hook said */
    struct enroll_problem failure;
};

static int lock(struct enroll_provider *provider)
{
    return CRYPTO_THREAD_write_lock(provider->lock);
}

static void unlock(struct enroll_provider *provider)
{
    CRYPTO_THREAD_unlock(provider->lock);
}

static int idle(const struct enroll_pin *pin, long long now)
{
    return pin->users == 0 && now - pin->idle_since >= ENROLL_PIN_IDLE_MS;
}

/* Behind the lock. */
static struct enroll_pin *find(struct enroll_provider *provider,
                               const char *profile)
{
    struct enroll_pin *pin = provider->pins;

    while (pin != NULL && strcmp(pin->profile, profile) != 0)
        pin = pin->next;
    return pin;
}

static void forget(struct enroll_pin *pin)
{
    pin->generation = 0;
    pin->renewal_after = pin->said_until = pin->asked_until = 0;
}

/*
 * Behind the lock. A process forked while another of its threads was asking
 * has a lock that nobody will ever let go of: it gets one of its own. The old
 * one may not be freed as it is.
 */
static int own_lock(struct enroll_pin *pin)
{
    CRYPTO_RWLOCK *asking = NULL;

    if (pin->process == getpid())
        return 1;
    asking = CRYPTO_THREAD_lock_new();
    if (asking == NULL)
        return 0;
    pin->asking = asking;
    pin->process = getpid();
    return 1;
}

/*
 * Behind the lock. An idle one is used again, so that a daemon that opens ever
 * new names does not grow.
 */
static struct enroll_pin *make(struct enroll_provider *provider,
                               const char *profile, long long now)
{
    struct enroll_pin *pin = provider->pins;

    while (pin != NULL && !idle(pin, now))
        pin = pin->next;
    if (pin == NULL) {
        pin = OPENSSL_zalloc(sizeof(*pin));
        if (pin == NULL)
            return NULL;
        pin->next = provider->pins;
        provider->pins = pin;
    }
    snprintf(pin->profile, sizeof(pin->profile), "%s", profile);
    forget(pin);
    return pin;
}

struct enroll_pin *enroll_pin_open(struct enroll_provider *provider,
                                   const char *profile)
{
    long long now = enroll_monotonic_ms();
    struct enroll_pin *pin = NULL;

    if (!lock(provider))
        return NULL;
    pin = find(provider, profile);
    if (pin == NULL)
        pin = make(provider, profile, now);
    if (pin != NULL && !own_lock(pin))
        pin = NULL;
    if (pin != NULL) {
        if (idle(pin, now))
            pin->generation = 0;
        pin->users++;
    }
    unlock(provider);
    return pin;
}

void enroll_pin_close(struct enroll_provider *provider, struct enroll_pin *pin)
{
    if (pin == NULL || !lock(provider))
        return;
    pin->users--;
    pin->idle_since = enroll_monotonic_ms();
    unlock(provider);
}

void enroll_pins_free(struct enroll_pin *pins)
{
    while (pins != NULL) {
        struct enroll_pin *next = pins->next;

        CRYPTO_THREAD_lock_free(pins->asking);
        OPENSSL_free(pins);
        pins = next;
    }
}

const char *enroll_pin_profile(const struct enroll_pin *pin)
{
    return pin->profile;
}

unsigned long enroll_pin_generation(struct enroll_provider *provider,
                                    struct enroll_pin *pin)
{
    unsigned long generation;

    if (!lock(provider))
        return 0;
    generation = pin->generation;
    unlock(provider);
    return generation;
}

int enroll_pin_move(struct enroll_provider *provider, struct enroll_pin *pin,
                    unsigned long from, unsigned long to)
{
    int moved;

    if (!lock(provider))
        return 0;
    if (pin->generation == from)
        pin->generation = to;
    moved = pin->generation == to;
    unlock(provider);
    return moved;
}

int enroll_pin_ask_begin(struct enroll_pin *pin)
{
    return CRYPTO_THREAD_write_lock(pin->asking);
}

void enroll_pin_ask_end(struct enroll_pin *pin)
{
    CRYPTO_THREAD_unlock(pin->asking);
}

int enroll_pin_failed(struct enroll_provider *provider, struct enroll_pin *pin,
                      struct enroll_problem *problem)
{
    int failed;

    if (!lock(provider))
        return 0;
    failed = enroll_monotonic_ms() < pin->asked_until;
    if (failed)
        *problem = pin->failure;
    unlock(provider);
    return failed;
}

int enroll_pin_remember(struct enroll_provider *provider,
                        struct enroll_pin *pin,
                        const struct enroll_problem *problem, int asked)
{
    long long now = enroll_monotonic_ms();
    int news;

    if (!lock(provider))
        return 1;
    news =
        now >= pin->said_until || strcmp(pin->failure.line, problem->line) != 0;
    pin->failure = *problem;
    if (news || asked)
        pin->said_until = now + ENROLL_FAILURE_MS;
    if (asked)
        pin->asked_until = now + ENROLL_FAILURE_MS;
    unlock(provider);
    return news;
}

int enroll_pin_may_renew(struct enroll_provider *provider,
                         struct enroll_pin *pin)
{
    long long now = enroll_monotonic_ms();
    int may;

    if (!lock(provider))
        return 0;
    may = now >= pin->renewal_after;
    if (may)
        pin->renewal_after = now + ENROLL_RENEWAL_PAUSE_MS;
    unlock(provider);
    return may;
}
