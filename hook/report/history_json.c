/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The history of an identity for programs. Called by the history command.
 */
#include "hook/report/history.h"
#include "hook/report/json_fields.h"

static int add_facts(cJSON *object, const struct enroll_history_entry *entry)
{
    static const char *const names[] = {"serial",  "leaf-sha256", "spki-sha256",
                                        "manager", "url",         "order",
                                        "review"};
    const struct enroll_generation *generation = entry->look.generation;
    int ok = enroll_json_record_time(object, "issued", generation->facts,
                                     "issued") &&
             enroll_json_time(object, "not-before", generation->not_before) &&
             enroll_json_time(object, "not-after", generation->not_after) &&
             enroll_json_time(object, "key-created", entry->key.created) &&
             enroll_json_number(object, "key-uses", entry->key.uses);

    for (size_t i = 0; ok && i < sizeof(names) / sizeof(names[0]); i++)
        ok = enroll_json_text(object, names[i],
                              enroll_record_get(generation->facts, names[i]));
    return ok;
}

static int add_entry(cJSON *list, const struct enroll_history_entry *entry)
{
    const char *revoked = entry->look.verdict.revoked;
    cJSON *object = cJSON_CreateObject();

    if (object == NULL || !cJSON_AddItemToArray(list, object)) {
        cJSON_Delete(object);
        return 0;
    }
    return enroll_json_number(object, "generation", (long)entry->number) &&
           enroll_json_text(object, "state", entry->state) &&
           cJSON_AddBoolToObject(object, "current", entry->current) != NULL &&
           cJSON_AddBoolToObject(object, "set-aside", entry->aside) != NULL &&
           enroll_json_text(object, "revoked",
                            *revoked == '\0' ? NULL : revoked) &&
           (entry->rolled_back == 0 ||
            enroll_json_time(object, "rolled-back", entry->rolled_back)) &&
           enroll_json_text(
               object, "line",
               entry->problem.line[0] == '\0' ? NULL : entry->problem.line) &&
           (entry->look.generation == NULL || add_facts(object, entry));
}

int enroll_history_json(FILE *out, const struct enroll_history *history)
{
    cJSON *document = cJSON_CreateObject(), *list = NULL;
    int ok = document != NULL && enroll_json_number(document, "version", 1) &&
             enroll_json_text(document, "profile", history->profile->name) &&
             enroll_json_number(document, "keep", history->profile->keep) &&
             (list = cJSON_AddArrayToObject(document, "generations")) != NULL;

    for (size_t i = 0; ok && i < history->count; i++)
        ok = add_entry(list, &history->entries[i]);
    ok = ok && enroll_json_print(out, document);
    cJSON_Delete(document);
    return ok;
}
