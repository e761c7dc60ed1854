/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write-ahead record of an enrollment, STATE/PROFILE/intent, kind
 * "enroll-intent". Durable before the order goes out; every later step is
 * written into it before the next one is begun.
 *
 *   key              reference of the custody (custody.h)
 *   custody          its name
 *   csr              base64 DER, one line
 *   client-order-id  128 random bits in hex, ours
 *   created          seconds since the epoch
 *   manager, url     where it goes
 *   manager-name     which of several that is (managers.h)
 *   config-sha256    of the profile it was made for
 *   manual           1: carried by a person (csr, import), never ordered here
 *   posted           the order goes out now; without `order`: a doubt
 *   ended            how that ended, if we lived to see it
 *   order, ordered   the manager's number, and when it was given
 *
 * Under the identity's lock, but for loading.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_INTENT_H
#define ENROLL_HOOK_LIFECYCLE_INTENT_H

#include <time.h>

#include <openssl/x509.h>

#include "core/record.h"
#include "core/trust.h"
#include "hook/profile.h"

/* *intent is the caller's: enroll_record_free. */
enum enroll_found enroll_intent_load(int profile_fd,
                                     struct enroll_record **intent,
                                     struct enroll_problem *problem);

/*
 * Makes key (or takes the current generation's, where the profile reuses keys
 * and nothing speaks against it) and CSR, and writes the intent.
 */
int enroll_intent_make(const struct enroll_profile *profile, int profile_fd,
                       int manual, struct enroll_record **intent,
                       struct enroll_problem *problem);

/* From now on a person carries it. */
int enroll_intent_by_hand(int profile_fd, struct enroll_record *intent,
                          struct enroll_problem *problem);

/* It goes to that manager instead; nobody was sent it yet. */
int enroll_intent_retarget(int profile_fd, struct enroll_record *intent,
                           const struct enroll_profile *manager,
                           struct enroll_problem *problem);

/* Reserves the space for what is to be noted of the order. */
int enroll_intent_reserve(int profile_fd, struct enroll_problem *problem);
/* The order goes out now; reserves the space for what comes back. */
int enroll_intent_posted(int profile_fd, struct enroll_record *intent,
                         time_t now, struct enroll_problem *problem);
/* How the exchange ended that leaves a doubt, in words for a person. */
int enroll_intent_ended(int profile_fd, struct enroll_record *intent,
                        const char *words, struct enroll_problem *problem);
/* It certainly was not taken: back to the intent without an order. */
int enroll_intent_unposted(int profile_fd, struct enroll_record **intent,
                           struct enroll_problem *problem);
int enroll_intent_ordered(int profile_fd, struct enroll_record *intent,
                          const char *order, time_t now,
                          struct enroll_problem *problem);

/* The request itself; the caller's: X509_REQ_free. */
X509_REQ *enroll_intent_csr(const struct enroll_record *intent,
                            struct enroll_problem *problem);

/*
 * A run was killed when all was done but tidying: the current generation came
 * from this intent, or only its key is left. 1 if so.
 */
int enroll_intent_leftover(int profile_fd);
int enroll_intent_tidy(int profile_fd, struct enroll_problem *problem);

/* Done with it: removes intent, and a key that only it named. */
int enroll_intent_drop(const struct enroll_profile *profile, int profile_fd,
                       const struct enroll_record *intent,
                       struct enroll_problem *problem);

/* The same for one that can't be read. */
int enroll_intent_remove(int profile_fd, struct enroll_problem *problem);

/*
 * Its certificates may not be used, or nobody knows of any: it becomes
 * intent.failed-TIME-ID, with its key beside it, until a person restores it or
 * removes it by hand.
 */
int enroll_intent_set_aside(int profile_fd, struct enroll_record *intent,
                            const char *why, struct enroll_problem *problem);
/*
 * 1 if the key of generation number is that of a request, open or set aside,
 * or nobody can tell: what comes for it would be of no use without.
 */
int enroll_intent_needs(int profile_fd, unsigned long number);
/*
 * How many doubts but this intent were set aside so whose order went out at
 * `since` or later.
 */
int enroll_intent_doubts(int profile_fd, const struct enroll_record *intent,
                         time_t since);
/*
 * Brings the one with that order back, or else the last one that was a doubt:
 * it may have turned up under that number. *intent is NULL, or one that no
 * order was sent for, which is given up for it; unchanged unless FOUND.
 */
enum enroll_found enroll_intent_restore(int profile_fd, const char *order,
                                        struct enroll_record **intent,
                                        struct enroll_problem *problem);

#endif
