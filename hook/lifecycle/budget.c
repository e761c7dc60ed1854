/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts orders. Called around each order that is placed; a file that can't
 * be read stops ordering, because it is the last guard.
 */
#include "hook/lifecycle/budget.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "core/duration.h"
#include "hook/durable.h"

#define TEXT_SIZE (ENROLL_ORDERS_MAX * 12)

static const char file[] = "orders";
static const char kind[] = "enroll-orders";

struct orders {
    size_t count;
    long at[ENROLL_ORDERS_MAX];
};

/* Those of the period; times ahead of the clock count as now. */
static int parse(const char *text, time_t now, long period,
                 struct orders *orders)
{
    char *end = NULL;

    while (*text != '\0' && orders->count < ENROLL_ORDERS_MAX) {
        long at = strtol(text, &end, 10);

        if (end == text || (*end != ',' && *end != '\0') || at < 0)
            return 0;
        if (at > (long)now)
            at = (long)now;
        if ((long)now - at < period)
            orders->at[orders->count++] = at;
        text = *end == ',' ? end + 1 : end;
    }
    return 1;
}

static int load(const struct enroll_profile *profile, int profile_fd,
                time_t now, struct orders *orders,
                struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    enum enroll_found found =
        enroll_durable_load(profile_fd, file, kind, &record, problem);
    const char *text = NULL;
    int ok = found == ENROLL_FOUND_MISSING;

    orders->count = 0;
    if (found == ENROLL_FOUND) {
        text = enroll_record_get(record, "placed");
        ok = text != NULL &&
             parse(text, now, profile->max_orders_period, orders);
        if (!ok)
            enroll_problem_set(problem, ENROLL_CONFIGURATION,
                               "%s: the file 'orders' is damaged; look at the "
                               "manager how many orders there are, then "
                               "remove it",
                               profile->name);
    }
    enroll_record_free(record);
    return ok;
}

static int save(int profile_fd, const struct orders *orders,
                struct enroll_problem *problem)
{
    struct enroll_record *record = enroll_durable_again(profile_fd, file, kind);
    char *text = OPENSSL_zalloc(TEXT_SIZE);
    size_t used = 0;
    int ok = record != NULL && text != NULL;

    for (size_t i = 0; ok && i < orders->count; i++)
        used += (size_t)snprintf(text + used, TEXT_SIZE - used, "%s%ld",
                                 i > 0 ? "," : "", orders->at[i]);
    if (!ok || !enroll_record_set(record, "placed", "%s", text))
        ok = enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    ok = ok && enroll_durable_record(profile_fd, file, ENROLL_MODE_SECRET,
                                     record, problem);
    OPENSSL_free(text);
    enroll_record_free(record);
    return ok;
}

int enroll_budget_allows(const struct enroll_profile *profile, int profile_fd,
                         time_t now, struct enroll_problem *problem)
{
    char period[ENROLL_DURATION_TEXT], left[ENROLL_DURATION_TEXT];
    struct orders orders;

    if (!load(profile, profile_fd, now, &orders, problem))
        return 0;
    if ((long)orders.count < profile->max_orders)
        return 1;
    return enroll_problem_set(
        problem, ENROLL_POLICY,
        "%s: %zu orders were placed within %s, and max-orders allows no "
        "more; the next may be placed in %s, or raise max-orders in %s",
        profile->name, orders.count,
        enroll_duration_text(profile->max_orders_period, period),
        enroll_duration_text(
            orders.at[(long)orders.count - profile->max_orders] +
                profile->max_orders_period - (long)now,
            left),
        profile->config_path);
}

time_t enroll_budget_frees(const struct enroll_profile *profile, int profile_fd,
                           time_t now)
{
    struct orders orders;

    if (!load(profile, profile_fd, now, &orders, NULL) ||
        (long)orders.count < profile->max_orders)
        return 0;
    /* So many have to leave the period, should max-orders be smaller now. */
    return (time_t)(orders.at[(long)orders.count - profile->max_orders] +
                    profile->max_orders_period);
}

int enroll_budget_spend(const struct enroll_profile *profile, int profile_fd,
                        time_t now, struct enroll_problem *problem)
{
    struct orders orders;

    if (!load(profile, profile_fd, now, &orders, problem))
        return 0;
    if (orders.count == ENROLL_ORDERS_MAX)
        return enroll_problem_set(problem, ENROLL_POLICY,
                                  "%s: %d orders were placed; no more",
                                  profile->name, ENROLL_ORDERS_MAX);
    orders.at[orders.count++] = (long)now;
    return save(profile_fd, &orders, problem);
}

int enroll_budget_refund(const struct enroll_profile *profile, int profile_fd,
                         time_t now, struct enroll_problem *problem)
{
    struct orders orders;

    if (!load(profile, profile_fd, now, &orders, problem))
        return 0;
    if (orders.count > 0)
        orders.count--;
    return save(profile_fd, &orders, problem);
}
