/* SPDX-License-Identifier: Apache-2.0 */
/* The table of states, and that the disk follows it. */
#include <fcntl.h>
#include <unistd.h>

#include "hook/durable.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/machine.h"
#include "tests/hook/place.h"
#include "tests/unit/check.h"

#define NOW 1800000000L

static void every_state_leads_home(void)
{
    for (int i = 0; i < ENROLL_STATE_COUNT; i++) {
        const struct enroll_state_row *row =
            enroll_machine_row((enum enroll_state)i);
        int steps = 0;

        CHECK(row->state == (enum enroll_state)i);
        CHECK(row->name != NULL && row->run != NULL);
        /* What a transient state falls back to is one that can be left. */
        CHECK(row->stable || enroll_machine_row(row->back)->stable);
        CHECK(enroll_machine_may(row->state, row->back));
        while (row->state != ENROLL_STATE_IDLE && steps++ < ENROLL_STATE_COUNT)
            row = enroll_machine_row(row->back);
        CHECK(row->state == ENROLL_STATE_IDLE);
    }
}

static void every_state_is_reached(void)
{
    unsigned int reached = 1U << ENROLL_STATE_IDLE;

    for (int round = 0; round < ENROLL_STATE_COUNT; round++)
        for (int i = 0; i < ENROLL_STATE_COUNT; i++)
            if ((reached & (1U << i)) != 0)
                reached |= enroll_machine_row((enum enroll_state)i)->next;
    /* Damage is nothing that we do. */
    CHECK(reached == (1U << ENROLL_STATE_DAMAGED) - 1);
}

/* The promises that cost money, in so many words. */
static void orders_are_not_forgotten(void)
{
    CHECK(!enroll_machine_may(ENROLL_STATE_IDLE, ENROLL_STATE_POSTED));
    CHECK(!enroll_machine_may(ENROLL_STATE_BY_HAND, ENROLL_STATE_POSTED));
    CHECK(!enroll_machine_may(ENROLL_STATE_ORDERED, ENROLL_STATE_PREPARED));
    CHECK(!enroll_machine_may(ENROLL_STATE_ORDERED, ENROLL_STATE_POSTED));
    CHECK(!enroll_machine_may(ENROLL_STATE_LEFTOVER, ENROLL_STATE_POSTED));
    CHECK(!enroll_machine_may(ENROLL_STATE_DAMAGED, ENROLL_STATE_PREPARED));
}

static enum enroll_state state_of(const struct place *place)
{
    struct enroll_problem problem;
    struct enroll_record *intent = NULL;
    enum enroll_state state =
        enroll_machine_look(place->profile_fd, &intent, &problem);

    enroll_record_free(intent);
    return state;
}

static void the_disk_tells_the_state(const struct place *place)
{
    struct enroll_problem problem;
    struct enroll_record *intent = NULL;
    int fd = place->profile_fd;

    CHECK(state_of(place) == ENROLL_STATE_IDLE);
    CHECK(enroll_intent_make(place->profile, fd, 0, &intent, &problem));
    CHECK(state_of(place) == ENROLL_STATE_PREPARED);
    CHECK(enroll_intent_posted(fd, intent, NOW, &problem));
    CHECK(state_of(place) == ENROLL_STATE_POSTED);
    CHECK(enroll_intent_unposted(fd, &intent, &problem));
    CHECK(state_of(place) == ENROLL_STATE_PREPARED);
    CHECK(enroll_intent_by_hand(fd, intent, &problem));
    CHECK(state_of(place) == ENROLL_STATE_BY_HAND);
    CHECK(enroll_intent_ordered(fd, intent, "1001", NOW, &problem));
    CHECK(state_of(place) == ENROLL_STATE_ORDERED);
    /* Killed between intent and key. */
    CHECK(unlinkat(fd, "intent", 0) == 0);
    CHECK(state_of(place) == ENROLL_STATE_LEFTOVER);
    CHECK(enroll_intent_tidy(fd, &problem));
    CHECK(state_of(place) == ENROLL_STATE_IDLE);
    CHECK(enroll_durable_write(fd, "intent", 0600, "x", 1, &problem));
    CHECK(state_of(place) == ENROLL_STATE_DAMAGED);
    CHECK(enroll_intent_remove(fd, &problem));
    enroll_record_free(intent);
}

/* Whatever a caller holds in its hands, the disk decides. */
static void what_must_not_follow_is_refused(const struct place *place)
{
    struct enroll_problem problem = {.class = ENROLL_OK};
    struct enroll_record *intent = NULL, *before = NULL;
    int fd = place->profile_fd;

    CHECK(enroll_intent_make(place->profile, fd, 0, &intent, &problem));
    CHECK(enroll_intent_load(fd, &before, &problem) == ENROLL_FOUND);
    CHECK(enroll_intent_ordered(fd, intent, "1001", NOW, &problem));
    CHECK(!enroll_intent_posted(fd, before, NOW, &problem));
    CHECK(problem.class == ENROLL_INTERNAL);
    CHECK(strstr(problem.line, "'pending' can't become 'doubt'") != NULL);
    CHECK(!enroll_intent_by_hand(fd, before, &problem));
    CHECK(state_of(place) == ENROLL_STATE_ORDERED);
    CHECK(enroll_intent_drop(place->profile, fd, intent, &problem));
    CHECK(!enroll_intent_posted(fd, before, NOW, &problem));
    CHECK(state_of(place) == ENROLL_STATE_IDLE);
    enroll_record_free(intent);
    enroll_record_free(before);
}

int main(void)
{
    struct place place;

    every_state_leads_home();
    every_state_is_reached();
    orders_are_not_forgotten();
    place_make(&place);
    place_profile(&place, "");
    the_disk_tells_the_state(&place);
    what_must_not_follow_is_refused(&place);
    place_remove(&place);
    return CHECK_DONE();
}
