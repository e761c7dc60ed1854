/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status for programs. Called by the status command. What can't be known is
 * left out; nothing is ever null.
 */
#include "hook/report/status.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

static int add_text(cJSON *object, const char *name, const char *text)
{
    return text == NULL || cJSON_AddStringToObject(object, name, text) != NULL;
}

static int add_time(cJSON *object, const char *name, time_t at)
{
    char text[32];
    struct tm tm;

    if (gmtime_r(&at, &tm) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return 1;
    return add_text(object, name, text);
}

static int add_fact_time(cJSON *object, const char *name,
                         const struct enroll_record *record, const char *fact)
{
    long at = 0;

    return !enroll_record_get_long(record, fact, &at) ||
           add_time(object, name, (time_t)at);
}

static int add_problem(cJSON *object, const struct enroll_problem *problem)
{
    return add_text(object, "class", enroll_class_name(problem->class)) &&
           add_text(object, "line", problem->line);
}

static int add_certificate(cJSON *profile, const struct enroll_status *status)
{
    const struct enroll_generation *generation = status->look.generation;
    const struct enroll_record *facts = generation->facts;
    cJSON *object = cJSON_AddObjectToObject(profile, "certificate");

    return object != NULL &&
           cJSON_AddNumberToObject(object, "generation",
                                   (double)generation->number) != NULL &&
           add_time(object, "not-before", generation->not_before) &&
           add_time(object, "not-after", generation->not_after) &&
           add_time(object, "renew-at", status->look.verdict.renew_at) &&
           add_time(object, "refuse-at", status->look.verdict.refuse_at) &&
           add_time(object, "emergency-at", status->times.emergency_at) &&
           (status->times.hint == 0 ||
            add_time(object, "hint", status->times.hint)) &&
           (status->opens == 0 ||
            add_time(object, "maintenance-opens", status->opens)) &&
           add_text(object, "renew-by",
                    enroll_renew_by_name(status->look.verdict.renew_by)) &&
           add_text(object, "custody", generation->custody) &&
           add_time(object, "key-created", status->key.created) &&
           cJSON_AddNumberToObject(object, "key-uses",
                                   (double)status->key.uses) != NULL &&
           add_text(object, "subject", enroll_record_get(facts, "subject")) &&
           add_text(object, "issuer", enroll_record_get(facts, "issuer")) &&
           add_text(object, "serial", enroll_record_get(facts, "serial")) &&
           add_text(object, "sha256",
                    enroll_record_get(facts, "leaf-sha256")) &&
           add_text(object, "order", enroll_record_get(facts, "order")) &&
           add_text(object, "review", enroll_record_get(facts, "review"));
}

static int add_request(cJSON *profile, const struct enroll_status *status)
{
    const struct enroll_record *intent = status->intent;
    cJSON *object = cJSON_AddObjectToObject(profile, "request");

    return object != NULL &&
           add_text(object, "state",
                    enroll_machine_row(status->request)->name) &&
           add_text(object, "order", enroll_record_get(intent, "order")) &&
           add_text(object, "client-order-id",
                    enroll_record_get(intent, "client-order-id")) &&
           add_fact_time(object, "created", intent, "created") &&
           add_fact_time(object, "posted", intent, "posted") &&
           add_fact_time(object, "ordered", intent, "ordered");
}

static int add_failure(cJSON *profile, const struct enroll_status *status)
{
    cJSON *object = cJSON_AddObjectToObject(profile, "failure");

    return object != NULL && add_problem(object, &status->backoff.last) &&
           add_text(object, "kind", enroll_kind_name(status->backoff.kind)) &&
           cJSON_AddNumberToObject(object, "count",
                                   (double)status->backoff.failures) != NULL &&
           add_time(object, "since", status->backoff.since) &&
           add_time(object, "next", status->backoff.next);
}

static int add_manager(cJSON *managers, const struct enroll_manager *manager)
{
    cJSON *object = cJSON_CreateObject();

    if (object == NULL || !cJSON_AddItemToArray(managers, object)) {
        cJSON_Delete(object);
        return 0;
    }
    return add_text(object, "name", enroll_manager_key(manager->profile)) &&
           add_text(object, "url", manager->profile->url) &&
           cJSON_AddBoolToObject(object, "in-use", manager->used) != NULL &&
           cJSON_AddNumberToObject(object, "failures",
                                   (double)manager->failures) != NULL &&
           (manager->failures == 0 ||
            (add_time(object, "since", manager->since) &&
             add_text(object, "line", manager->line)));
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

    return object != NULL && add_text(object, "line", status->check.line) &&
           add_time(object, "checked", status->check.checked_at) &&
           add_time(object, "next", status->check.check_at) &&
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
    return add_text(object, "name", status->name) &&
           add_text(object, "state", status->state) &&
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
    char *text = NULL;
    int ok = document != NULL &&
             cJSON_AddNumberToObject(document, "version", 1) != NULL &&
             (profiles = cJSON_AddArrayToObject(document, "profiles")) != NULL;

    for (size_t i = 0; ok && i < count; i++)
        ok = add_profile(profiles, &list[i]);
    if (ok)
        text = cJSON_Print(document);
    ok = text != NULL && fprintf(out, "%s\n", text) > 0;
    cJSON_free(text);
    cJSON_Delete(document);
    return ok;
}
