/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More files of the state folder (see state.c): how a new key is published,
 * how managers were met with, and the journal of what was signed.
 */
#include "core/publishing.h"
#include "hook/lifecycle/managers.h"
#include "hook/lifecycle/stages.h"
#include "hook/report/journal.h"

#include "tests/fuzz/files.h"
#include "tests/fuzz/fuzz.h"

static const time_t now = 1795392000;

static void publishing(const struct enroll_profile *profile, int fd)
{
    struct enroll_publishing publishing;
    struct enroll_problem problem = {0};

    (void)profile;
    if (enroll_publishing_load(fd, &publishing, &problem) == ENROLL_FOUND) {
        REQUIRE(publishing.step >= 0 && publishing.step <= 2);
        enroll_publishing_due(&publishing, now);
    } else {
        REQUIRE(problem.line[0] != '\0' && fuzz_is_line(problem.line));
    }
    enroll_publishing_waits(fd, now);
    enroll_stages_under_way(fd);
    enroll_stages_need(fd, 7);
}

static void managers(const struct enroll_profile *profile, int fd)
{
    struct enroll_managers managers;
    struct enroll_problem problem;
    char text[ENROLL_CLOCK_TEXT];

    enroll_managers_load(profile, fd, &managers);
    REQUIRE(managers.count >= 1 && managers.count <= ENROLL_MANAGERS_MAX);
    REQUIRE(enroll_managers_choose(&managers) <= managers.count);
    for (size_t i = 0; i < managers.count; i++)
        enroll_manager_is_away(&managers.at[i]);
    enroll_clock_differs(profile, managers.ahead, text);
    REQUIRE(enroll_managers_save(fd, &managers, &problem));
}

static int one(void *context, const struct enroll_record *entry)
{
    const char *name = NULL, *value = NULL;

    (void)context;
    REQUIRE(entry != NULL);
    enroll_record_line(entry, 0, &name, &value);
    return 1;
}

static void journal(const struct enroll_profile *profile, int fd)
{
    struct enroll_problem problem;

    (void)fd;
    REQUIRE(enroll_journal_each(profile, one, NULL, &problem));
}

static const struct fuzz_kind kinds[] = {
    {"enroll-publishing=", "publishing", publishing},
    {"enroll-managers=", "managers", managers},
    {"\nenroll-signed=", "signed", journal},
    {NULL, NULL, NULL}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_as(kinds, data, size);
    return 0;
}
