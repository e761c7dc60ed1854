/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process remembers of a profile: the generation it works with, so that
 * a tool which opens the store twice gets key and certificate of one kind; a
 * failure just met, so that it is neither asked nor printed twice; and when it
 * last had a renewal started. Reads no file and asks nobody.
 */
#ifndef ENROLL_PROVIDER_PIN_H
#define ENROLL_PROVIDER_PIN_H

#include "core/problem.h"
#include "core/uri.h"
#include "provider/provider.h"

#define ENROLL_PIN_IDLE_MS      60000 /* a pin lives on with nothing open */
#define ENROLL_FAILURE_MS       10000 /* a failure is remembered */
#define ENROLL_RENEWAL_PAUSE_MS 60000 /* between two renewals started */

/*
 * The memory of profile, held until enroll_pin_close; NULL when out of memory.
 */
struct enroll_pin *enroll_pin_open(struct enroll_provider *provider,
                                   const char *profile);
void enroll_pin_close(struct enroll_provider *provider, struct enroll_pin *pin);
void enroll_pins_free(struct enroll_pin *pins);
const char *enroll_pin_profile(const struct enroll_pin *pin);

/* The generation this process works with, 0 for none. */
unsigned long enroll_pin_generation(struct enroll_provider *provider,
                                    struct enroll_pin *pin);

/* A new one, unless another thread has moved it. 1 if it is `to` now. */
int enroll_pin_move(struct enroll_provider *provider, struct enroll_pin *pin,
                    unsigned long from, unsigned long to);

/*
 * Between these two only this thread asks the hook about the profile; others
 * wait here, which ends because asking ends. 1, or 0.
 */
int enroll_pin_ask_begin(struct enroll_pin *pin);
void enroll_pin_ask_end(struct enroll_pin *pin);

/* 1 and *problem if asking failed a moment ago. */
int enroll_pin_failed(struct enroll_provider *provider, struct enroll_pin *pin,
                      struct enroll_problem *problem);

/*
 * Remembers a failure; asked: the hook was asked. 1 if it is news, 0 if the
 * same line was remembered just now and need not be printed again.
 */
int enroll_pin_remember(struct enroll_provider *provider,
                        struct enroll_pin *pin,
                        const struct enroll_problem *problem, int asked);

/* 1 if a renewal may be started now, which counts as started. */
int enroll_pin_may_renew(struct enroll_provider *provider,
                         struct enroll_pin *pin);

#endif
