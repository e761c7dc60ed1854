/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of a profile, with a clock of the test's own.
 */
#include "provider/pin.h"

#include <sys/wait.h>
#include <unistd.h>

#include "core/wire.h"
#include "tests/unit/check.h"

static long long now = 1000000;

/* In place of core/wire.c's. */
long long enroll_monotonic_ms(void)
{
    return now;
}

static void generation_lasts_while_open(struct enroll_provider *provider)
{
    struct enroll_pin *first = enroll_pin_open(provider, "release");
    struct enroll_pin *second = enroll_pin_open(provider, "release");

    CHECK(first == second);
    CHECK(enroll_pin_move(provider, first, 0, 7));
    enroll_pin_close(provider, first);
    now += 10 * ENROLL_PIN_IDLE_MS;
    CHECK(enroll_pin_open(provider, "release") == second);
    CHECK(enroll_pin_generation(provider, second) == 7);
    enroll_pin_close(provider, second);
    enroll_pin_close(provider, second);
}

static void generation_ends_after_a_minute(struct enroll_provider *provider)
{
    struct enroll_pin *pin = NULL;

    now += ENROLL_PIN_IDLE_MS - 1;
    pin = enroll_pin_open(provider, "release");
    CHECK(enroll_pin_generation(provider, pin) == 7);
    enroll_pin_close(provider, pin);
    now += ENROLL_PIN_IDLE_MS;
    pin = enroll_pin_open(provider, "release");
    CHECK(enroll_pin_generation(provider, pin) == 0);
    enroll_pin_close(provider, pin);
}

static void first_thread_decides(struct enroll_provider *provider)
{
    struct enroll_pin *pin = enroll_pin_open(provider, "threads");

    CHECK(enroll_pin_move(provider, pin, 0, 7));
    CHECK(!enroll_pin_move(provider, pin, 0, 8));
    CHECK(enroll_pin_move(provider, pin, 0, 7));
    CHECK(enroll_pin_generation(provider, pin) == 7);
    CHECK(enroll_pin_move(provider, pin, 7, 8));
    CHECK(enroll_pin_generation(provider, pin) == 8);
    enroll_pin_close(provider, pin);
}

/* Blocks for ever, but for the alarm, where the parent's lock is inherited. */
static int ask_in_child(struct enroll_provider *provider)
{
    struct enroll_pin *pin = NULL;

    alarm(20);
    pin = enroll_pin_open(provider, "fork");
    if (!enroll_pin_ask_begin(pin))
        return 1;
    enroll_pin_ask_end(pin);
    return 0;
}

static void fork_while_asking(struct enroll_provider *provider)
{
    struct enroll_pin *pin = enroll_pin_open(provider, "fork");
    int status = -1;
    pid_t child;

    CHECK(enroll_pin_ask_begin(pin));
    child = fork();
    if (child == 0)
        _exit(ask_in_child(provider));
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    enroll_pin_ask_end(pin);
    enroll_pin_close(provider, pin);
}

static void failure_is_said_once(struct enroll_provider *provider)
{
    struct enroll_pin *pin = enroll_pin_open(provider, "release");
    struct enroll_problem problem, other;

    enroll_problem_set(&problem, ENROLL_PENDING, "release: pending");
    CHECK(!enroll_pin_failed(provider, pin, &other));
    CHECK(enroll_pin_remember(provider, pin, &problem, 1));
    CHECK(!enroll_pin_remember(provider, pin, &problem, 0));
    CHECK(enroll_pin_failed(provider, pin, &other));
    CHECK(other.class == ENROLL_PENDING);
    now += ENROLL_FAILURE_MS;
    CHECK(!enroll_pin_failed(provider, pin, &other));
    CHECK(enroll_pin_remember(provider, pin, &problem, 0));
    CHECK(!enroll_pin_failed(provider, pin, &other));
    enroll_pin_close(provider, pin);
}

static void renewal_starts_once_a_minute(struct enroll_provider *provider)
{
    struct enroll_pin *pin = enroll_pin_open(provider, "release");

    CHECK(enroll_pin_may_renew(provider, pin));
    CHECK(!enroll_pin_may_renew(provider, pin));
    now += ENROLL_RENEWAL_PAUSE_MS;
    CHECK(enroll_pin_may_renew(provider, pin));
    enroll_pin_close(provider, pin);
}

static void idle_memory_is_used_again(struct enroll_provider *provider)
{
    struct enroll_pin *busy = enroll_pin_open(provider, "busy");
    struct enroll_pin *idle = enroll_pin_open(provider, "idle");
    struct enroll_pin *first = NULL, *second = NULL;

    CHECK(enroll_pin_move(provider, idle, 0, 3));
    enroll_pin_close(provider, idle);
    CHECK(enroll_pin_open(provider, "other") != idle);
    now += ENROLL_PIN_IDLE_MS;
    first = enroll_pin_open(provider, "new");
    second = enroll_pin_open(provider, "newer");
    CHECK(first == idle || second == idle);
    CHECK(first != busy && second != busy);
    CHECK(enroll_pin_generation(provider, idle) == 0);
    enroll_pins_free(provider->pins);
    provider->pins = NULL;
}

int main(void)
{
    struct enroll_provider provider = {.lock = CRYPTO_THREAD_lock_new()};

    generation_lasts_while_open(&provider);
    generation_ends_after_a_minute(&provider);
    first_thread_decides(&provider);
    fork_while_asking(&provider);
    failure_is_said_once(&provider);
    renewal_starts_once_a_minute(&provider);
    idle_memory_is_used_again(&provider);
    CRYPTO_THREAD_lock_free(provider.lock);
    return CHECK_DONE();
}
