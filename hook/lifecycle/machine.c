/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of states, and how a state is told from disk. Called by work.c
 * before every step, by whoever shows the state, and by intent.c before it
 * writes. Reads only.
 */
#include "hook/lifecycle/machine.h"

#include <stddef.h>

#include "hook/lifecycle/intent.h"

#define TO(state) (1U << ENROLL_STATE_##state)

static const struct enroll_state_row rows[ENROLL_STATE_COUNT] = {
    {ENROLL_STATE_IDLE, "none", 1, ENROLL_STATE_IDLE,
     TO(PREPARED) | TO(BY_HAND) | TO(ORDERED) | TO(LEFTOVER),
     "makes key and request"},
    {ENROLL_STATE_PREPARED, "prepared", 1, ENROLL_STATE_IDLE,
     TO(IDLE) | TO(BY_HAND) | TO(POSTED) | TO(ORDERED) | TO(LEFTOVER),
     "orders, or makes it anew for another configuration"},
    {ENROLL_STATE_BY_HAND, "by-hand", 1, ENROLL_STATE_IDLE,
     TO(IDLE) | TO(ORDERED) | TO(LEFTOVER), "waits for import"},
    {ENROLL_STATE_POSTED, "doubt", 0, ENROLL_STATE_PREPARED,
     TO(IDLE) | TO(PREPARED) | TO(ORDERED) | TO(LEFTOVER),
     "finds out whether the order was taken (doubt.c)"},
    {ENROLL_STATE_ORDERED, "pending", 1, ENROLL_STATE_IDLE,
     TO(IDLE) | TO(LEFTOVER), "collects, reviews, publishes"},
    {ENROLL_STATE_LEFTOVER, "leftover", 0, ENROLL_STATE_IDLE, TO(IDLE),
     "tidies up"},
    {ENROLL_STATE_DAMAGED, "damaged", 1, ENROLL_STATE_IDLE, TO(IDLE),
     "waits for a person: resolve"},
};

const struct enroll_state_row *enroll_machine_row(enum enroll_state state)
{
    return &rows[state];
}

int enroll_machine_may(enum enroll_state from, enum enroll_state to)
{
    return from == to || (rows[from].next & (1U << to)) != 0;
}

int enroll_machine_check(enum enroll_state from, enum enroll_state to,
                         struct enroll_problem *problem)
{
    return enroll_machine_may(from, to) ||
           enroll_problem_set(problem, ENROLL_INTERNAL,
                              "a request that is '%s' can't become '%s', so "
                              "nothing was changed; please report this",
                              rows[from].name, rows[to].name);
}

enum enroll_state enroll_machine_of(const struct enroll_record *intent)
{
    if (intent == NULL)
        return ENROLL_STATE_IDLE;
    if (enroll_record_get(intent, "order") != NULL)
        return ENROLL_STATE_ORDERED;
    if (enroll_record_get(intent, "posted") != NULL)
        return ENROLL_STATE_POSTED;
    if (enroll_record_get(intent, "manual") != NULL)
        return ENROLL_STATE_BY_HAND;
    return ENROLL_STATE_PREPARED;
}

enum enroll_state enroll_machine_look(int profile_fd,
                                      struct enroll_record **intent,
                                      struct enroll_problem *problem)
{
    *intent = NULL;
    if (enroll_intent_load(profile_fd, intent, problem) == ENROLL_FOUND_BAD)
        return ENROLL_STATE_DAMAGED;
    if (enroll_intent_leftover(profile_fd))
        return ENROLL_STATE_LEFTOVER;
    return enroll_machine_of(*intent);
}
