/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status for programs. Called by the status command. What can't be known is
 * left out; nothing is ever null.
 */
#include "hook/report/status.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hook/report/json_fields.h"

static int add_problem(cJSON *object, const struct enroll_problem *problem)
{
    return enroll_json_text(object, "class",
                            enroll_class_name(problem->class)) &&
           enroll_json_text(object, "line", problem->line);
}

static int add_publishing(cJSON *certificate,
                          const struct enroll_status *status)
{
    const struct enroll_publishing *publishing = &status->publishing;
    cJSON *object = cJSON_AddObjectToObject(certificate, "publishing");

    return object != NULL &&
           enroll_json_number(object, "from", (long)publishing->from) &&
           enroll_json_number(object, "to", (long)publishing->to) &&
           enroll_json_number(object, "step", publishing->step) &&
           enroll_json_time(object, "since", publishing->since);
}

static int add_certificate(cJSON *profile, const struct enroll_status *status)
{
    const struct enroll_generation *generation = status->look.generation;
    const struct enroll_record *facts = generation->facts;
    cJSON *object = cJSON_AddObjectToObject(profile, "certificate");

    return object != NULL &&
           cJSON_AddNumberToObject(object, "generation",
                                   (double)generation->number) != NULL &&
           enroll_json_time(object, "not-before", generation->not_before) &&
           enroll_json_time(object, "not-after", generation->not_after) &&
           enroll_json_time(object, "renew-at",
                            status->look.verdict.renew_at) &&
           enroll_json_time(object, "refuse-at",
                            status->look.verdict.refuse_at) &&
           enroll_json_time(object, "emergency-at",
                            status->times.emergency_at) &&
           (status->times.hint == 0 ||
            enroll_json_time(object, "hint", status->times.hint)) &&
           (status->opens == 0 ||
            enroll_json_time(object, "maintenance-opens", status->opens)) &&
           enroll_json_text(
               object, "renew-by",
               enroll_renew_by_name(status->look.verdict.renew_by)) &&
           enroll_json_text(object, "custody", generation->custody) &&
           (status->publishing.to == 0 || add_publishing(object, status)) &&
           (status->rolled_back_from == 0 ||
            enroll_json_number(object, "rolled-back-from",
                               (long)status->rolled_back_from)) &&
           enroll_json_time(object, "key-created", status->key.created) &&
           cJSON_AddNumberToObject(object, "key-uses",
                                   (double)status->key.uses) != NULL &&
           enroll_json_text(object, "subject",
                            enroll_record_get(facts, "subject")) &&
           enroll_json_text(object, "issuer",
                            enroll_record_get(facts, "issuer")) &&
           enroll_json_text(object, "serial",
                            enroll_record_get(facts, "serial")) &&
           enroll_json_text(object, "sha256",
                            enroll_record_get(facts, "leaf-sha256")) &&
           enroll_json_text(object, "order",
                            enroll_record_get(facts, "order")) &&
           enroll_json_text(object, "review",
                            enroll_record_get(facts, "review"));
}

static int add_request(cJSON *profile, const struct enroll_status *status)
{
    const struct enroll_record *intent = status->intent;
    cJSON *object = cJSON_AddObjectToObject(profile, "request");

    return object != NULL &&
           enroll_json_text(object, "state",
                            enroll_machine_row(status->request)->name) &&
           enroll_json_text(object, "order",
                            enroll_record_get(intent, "order")) &&
           enroll_json_text(object, "client-order-id",
                            enroll_record_get(intent, "client-order-id")) &&
           enroll_json_record_time(object, "created", intent, "created") &&
           enroll_json_record_time(object, "posted", intent, "posted") &&
           enroll_json_record_time(object, "ordered", intent, "ordered");
}

static int add_failure(cJSON *profile, const struct enroll_status *status)
{
    cJSON *object = cJSON_AddObjectToObject(profile, "failure");

    return object != NULL && add_problem(object, &status->backoff.last) &&
           enroll_json_text(object, "kind",
                            enroll_kind_name(status->backoff.kind)) &&
           cJSON_AddNumberToObject(object, "count",
                                   (double)status->backoff.failures) != NULL &&
           enroll_json_time(object, "since", status->backoff.since) &&
           enroll_json_time(object, "next", status->backoff.next);
}

static int add_manager(cJSON *managers, const struct enroll_manager *manager)
{
    cJSON *object = cJSON_CreateObject();

    if (object == NULL || !cJSON_AddItemToArray(managers, object)) {
        cJSON_Delete(object);
        return 0;
    }
    return enroll_json_text(object, "name",
                            enroll_manager_key(manager->profile)) &&
           enroll_json_text(object, "url", manager->profile->url) &&
           cJSON_AddBoolToObject(object, "in-use", manager->used) != NULL &&
           cJSON_AddNumberToObject(object, "failures",
                                   (double)manager->failures) != NULL &&
           (manager->failures == 0 ||
            (enroll_json_time(object, "since", manager->since) &&
             enroll_json_text(object, "line", manager->line)));
}

/* Also where there is one: a program need not ask twice. */
static int add_managers(cJSON *profile, const struct enroll_status *status)
{
    const struct enroll_managers *managers = &status->managers;
    cJSON *array = cJSON_AddArrayToObject(profile, "managers");
    int ok = array != NULL;

    for (size_t i = 0; ok && i < managers->count; i++)
        ok = add_manager(array, &managers->at[i]);
    return ok && (status->clock[0] == '\0' ||
                  cJSON_AddNumberToObject(profile, "clock-behind",
                                          (double)managers->ahead) != NULL);
}

static int add_check(cJSON *profile, const struct enroll_status *status)
{
    cJSON *object = cJSON_AddObjectToObject(profile, "revocation");

    return object != NULL &&
           enroll_json_text(object, "line", status->check.line) &&
           enroll_json_time(object, "checked", status->check.checked_at) &&
           enroll_json_time(object, "next", status->check.check_at) &&
           cJSON_AddNumberToObject(object, "failures",
                                   (double)status->check.failures) != NULL &&
           cJSON_AddBoolToObject(object, "overdue", status->unchecked) != NULL;
}

static int add_profile(cJSON *profiles, const struct enroll_status *status)
{
    cJSON *object = cJSON_CreateObject(), *problem = NULL;

    if (object == NULL || !cJSON_AddItemToArray(profiles, object)) {
        cJSON_Delete(object);
        return 0;
    }
    if (!status->usable &&
        ((problem = cJSON_AddObjectToObject(object, "problem")) == NULL ||
         !add_problem(problem, &status->problem)))
        return 0;
    return enroll_json_text(object, "name", status->name) &&
           enroll_json_text(object, "state", status->state) &&
           cJSON_AddBoolToObject(object, "usable", status->usable) != NULL &&
           cJSON_AddBoolToObject(object, "working", status->working) != NULL &&
           (status->look.generation == NULL ||
            add_certificate(object, status)) &&
           (status->intent == NULL || add_request(object, status)) &&
           (!status->failed || add_failure(object, status)) &&
           (status->managers.count == 0 || add_managers(object, status)) &&
           (!status->checked || add_check(object, status));
}

int enroll_status_json(FILE *out, const struct enroll_status *list,
                       size_t count)
{
    cJSON *document = cJSON_CreateObject(), *profiles = NULL;
    int ok = document != NULL &&
             cJSON_AddNumberToObject(document, "version", 1) != NULL &&
             (profiles = cJSON_AddArrayToObject(document, "profiles")) != NULL;

    for (size_t i = 0; ok && i < count; i++)
        ok = add_profile(profiles, &list[i]);
    ok = ok && enroll_json_print(out, document);
    cJSON_Delete(document);
    return ok;
}
