/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathers the history of an identity, and prints it for people. Called by the
 * history command; takes no lock and writes nothing.
 */
#include "hook/report/history.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/duration.h"
#include "core/load.h"
#include "hook/lifecycle/date.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/rollback.h"
#include "hook/lifecycle/standing.h"
#include "hook/report/status.h"

static void find_entry(const struct enroll_profile *profile, int profile_fd,
                       unsigned long current,
                       struct enroll_history_entry *entry)
{
    entry->current = entry->number == current;
    entry->rolled_back = enroll_rolled_back(profile_fd, entry->number);
    if (enroll_identity_look(profile_fd, profile->name, entry->number, -1,
                             time(NULL), &entry->look,
                             &entry->problem) != ENROLL_FOUND) {
        entry->state = entry->problem.class == ENROLL_NOT_USABLE ? "damaged"
                                                                 : "unreadable";
        return;
    }
    enroll_key_history_of(profile_fd, entry->look.generation, &entry->key);
    entry->state = enroll_usability_word(entry->look.usability);
    /* Whoever may not read the key can still tell what it was for. */
    if (!enroll_generation_intact(entry->look.generation, &entry->problem) &&
        entry->problem.class == ENROLL_NOT_USABLE)
        entry->state = "damaged";
}

/* One that was set aside: all there is to say is why. */
static void find_aside(int profile_fd, const char *folder,
                       struct enroll_history_entry *entry)
{
    struct enroll_record *record = NULL;
    const char *why = NULL;
    int fd = -1;

    entry->aside = 1;
    entry->state = "damaged";
    if (enroll_trust_open_dir(profile_fd, folder, folder, &fd, NULL) ==
        ENROLL_FOUND) {
        enroll_load(fd, "reason", "enroll-damage", ENROLL_NOT_USABLE, NULL,
                    &record, NULL);
        close(fd);
    }
    why = enroll_record_get(record, "why");
    enroll_problem_set(&entry->problem, ENROLL_NOT_USABLE, "%s; it lies in %s",
                       why == NULL ? "nobody noted why" : why, folder);
    enroll_record_free(record);
}

static int newer(const void *a, const void *b)
{
    const struct enroll_history_entry *left = a, *right = b;

    return left->number < right->number   ? 1
           : left->number > right->number ? -1
                                          : 0;
}

static int gather(const struct enroll_profile *profile, int profile_fd,
                  struct enroll_history *history)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED], current = 0;
    struct enroll_aside aside[ENROLL_GENERATIONS_LISTED];
    size_t count =
        enroll_generations_list(profile_fd, numbers, ENROLL_GENERATIONS_LISTED);
    size_t damaged =
        enroll_generations_aside(profile_fd, aside, ENROLL_GENERATIONS_LISTED);

    history->entries =
        OPENSSL_zalloc((count + damaged + 1) * sizeof(*history->entries));
    if (history->entries == NULL)
        return 0;
    enroll_generation_current(profile_fd, &current, NULL);
    for (size_t i = 0; i < count; i++) {
        history->entries[i].number = numbers[i];
        find_entry(profile, profile_fd, current, &history->entries[i]);
    }
    for (size_t i = 0; i < damaged; i++) {
        history->entries[count + i].number = aside[i].number;
        find_aside(profile_fd, aside[i].folder, &history->entries[count + i]);
    }
    history->count = count + damaged;
    qsort(history->entries, history->count, sizeof(*history->entries), newer);
    return 1;
}

int enroll_history_find(const struct enroll_profile *profile,
                        struct enroll_history *history,
                        struct enroll_problem *problem)
{
    int fd = -1, ok;

    *history = (struct enroll_history){.profile = profile};
    switch (enroll_identity_open(profile->state, profile->name, &fd, problem)) {
    case ENROLL_FOUND_BAD: return 0;
    case ENROLL_FOUND_MISSING: return 1;
    case ENROLL_FOUND: break;
    }
    ok = gather(profile, fd, history) ||
         enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    close(fd);
    return ok;
}

void enroll_history_clear(struct enroll_history *history)
{
    for (size_t i = 0; i < history->count; i++)
        enroll_look_clear(&history->entries[i].look);
    OPENSSL_free(history->entries);
    memset(history, 0, sizeof(*history));
}

static void line(FILE *out, const char *label, const char *text)
{
    if (text != NULL)
        fprintf(out, "    %-12s %s\n", label, text);
}

static void print_dates(FILE *out, const struct enroll_generation *generation)
{
    char from[ENROLL_DATE_TEXT], until[ENROLL_DATE_TEXT];
    long issued = 0;

    if (enroll_record_get_long(generation->facts, "issued", &issued))
        line(out, "in use from", enroll_date_text((time_t)issued, from));
    fprintf(out, "    %-12s %s to %s\n", "valid",
            enroll_date_text(generation->not_before, from),
            enroll_date_text(generation->not_after, until));
}

static void print_facts(FILE *out, const struct enroll_history_entry *entry,
                        time_t now)
{
    const struct enroll_record *facts = entry->look.generation->facts;
    const char *spki = enroll_record_get(facts, "spki-sha256");
    const char *order = enroll_record_get(facts, "order");
    const char *manager = enroll_record_get(facts, "manager");
    char age[ENROLL_DURATION_TEXT];

    print_dates(out, entry->look.generation);
    line(out, "serial", enroll_record_get(facts, "serial"));
    fprintf(out, "    %-12s %.16s, %s old, %ld certificate%s\n", "key",
            spki == NULL ? "?" : spki,
            enroll_duration_text((long)(now - entry->key.created), age),
            entry->key.uses, entry->key.uses == 1 ? "" : "s");
    if (order != NULL)
        fprintf(out, "    %-12s order %s of %s\n", "from", order,
                manager == NULL ? "?" : manager);
    else
        line(out, "from", "an import");
    line(out, "review", enroll_record_get(facts, "review"));
}

void enroll_history_print(FILE *out, const struct enroll_history *history,
                          time_t now)
{
    char date[ENROLL_DATE_TEXT];

    fprintf(out, "%s: %zu generation%s, %ld are kept\n", history->profile->name,
            history->count, history->count == 1 ? "" : "s",
            history->profile->keep);
    for (size_t i = 0; i < history->count; i++) {
        const struct enroll_history_entry *entry = &history->entries[i];

        fprintf(out, "  %lu: %s%s", entry->number,
                entry->current ? "current, " : "", entry->state);
        if (entry->rolled_back != 0)
            fprintf(out, ", rolled back on %s",
                    enroll_date_text(entry->rolled_back, date));
        fputc('\n', out);
        if (entry->problem.line[0] != '\0')
            line(out, "why", entry->problem.line);
        if (entry->look.generation != NULL)
            print_facts(out, entry, now);
    }
}
