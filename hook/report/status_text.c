/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status for people: the state in the first line, then what explains it, one
 * fact a line. Called by the status command.
 */
#include "hook/report/status.h"

#include <stdlib.h>
#include <string.h>

#include "core/duration.h"
#include "hook/lifecycle/date.h"

static void line(FILE *out, const char *label, const char *text)
{
    if (text != NULL && *text != '\0')
        fprintf(out, "  %-13s %s\n", label, text);
}

static void print_date(FILE *out, const char *label, time_t at, time_t now)
{
    char date[ENROLL_DATE_TEXT], span[ENROLL_DURATION_TEXT];

    enroll_date_text(at, date);
    if (at > now)
        fprintf(out, "  %-13s %s, in %s\n", label, date,
                enroll_duration_text((long)(at - now), span));
    else
        fprintf(out, "  %-13s %s, %s ago\n", label, date,
                enroll_duration_text((long)(now - at), span));
}

static void print_key(FILE *out, const struct enroll_key_history *key,
                      time_t now)
{
    char span[ENROLL_DURATION_TEXT];

    fprintf(out, "  %-13s %s old, %ld certificate%s\n", "key",
            enroll_duration_text((long)(now - key->created), span), key->uses,
            key->uses == 1 ? "" : "s");
}

static void print_generation(FILE *out, const struct enroll_status *status,
                             time_t now)
{
    const struct enroll_generation *generation = status->look.generation;
    const struct enroll_record *facts = generation->facts;
    const char *review = enroll_record_get(facts, "review");

    print_date(out, "valid until", generation->not_after, now);
    print_date(out, "renews", status->look.verdict.renew_at, now);
    if (status->times.hint != 0)
        print_date(out, "manager's hint", status->times.hint, now);
    if (status->opens != 0 && status->opens <= now)
        line(out, "maintenance", "a window is open");
    else if (status->opens != 0)
        print_date(out, "maintenance", status->opens, now);
    print_date(out, "emergency", status->times.emergency_at, now);
    if (status->look.verdict.refuse_at <= generation->not_after)
        print_date(out, "refused from", status->look.verdict.refuse_at, now);
    fprintf(out, "  %-13s %lu, key in custody '%s', renewed by %s\n",
            "generation", generation->number, generation->custody,
            enroll_renew_by_name(status->look.verdict.renew_by));
    if (status->publishing.to != 0)
        fprintf(out,
                "  %-13s the key of generation %lu, step %ld of 3 is done\n",
                "publishing", status->publishing.to, status->publishing.step);
    if (status->rolled_back_from != 0)
        fprintf(out, "  %-13s from generation %lu\n", "rolled back",
                status->rolled_back_from);
    print_key(out, &status->key, now);
    line(out, "subject", enroll_record_get(facts, "subject"));
    line(out, "issuer", enroll_record_get(facts, "issuer"));
    line(out, "serial", enroll_record_get(facts, "serial"));
    line(out, "order", enroll_record_get(facts, "order"));
    if (review != NULL && strcmp(review, "ok") != 0)
        line(out, "review", review);
}

static void print_since(FILE *out, const struct enroll_record *intent,
                        const char *name)
{
    char date[ENROLL_DATE_TEXT];
    long at = 0;

    if (enroll_record_get_long(intent, name, &at))
        fprintf(out, " since %s", enroll_date_text((time_t)at, date));
    fputc('\n', out);
}

static void print_request(FILE *out, const struct enroll_status *status)
{
    const struct enroll_record *intent = status->intent;

    switch (status->request) {
    case ENROLL_STATE_IDLE:
    case ENROLL_STATE_LEFTOVER: break;
    case ENROLL_STATE_PREPARED:
        fprintf(out, "  %-13s prepared, not sent\n", "request");
        break;
    case ENROLL_STATE_BY_HAND:
        fprintf(out, "  %-13s made by hand, waits for import", "request");
        print_since(out, intent, "created");
        break;
    case ENROLL_STATE_POSTED:
        fprintf(out, "  %-13s in doubt: our id %s was sent, no answer",
                "request", enroll_record_get(intent, "client-order-id"));
        print_since(out, intent, "posted");
        break;
    case ENROLL_STATE_ORDERED:
        fprintf(out, "  %-13s %s is pending", "request",
                enroll_record_get(intent, "order"));
        print_since(out, intent, "ordered");
        break;
    case ENROLL_STATE_DAMAGED:
        fprintf(out, "  %-13s its file 'intent' is damaged\n", "request");
        break;
    }
}

static void print_failure(FILE *out, const struct enroll_status *status,
                          time_t now)
{
    const struct enroll_backoff *backoff = &status->backoff;
    char since[ENROLL_DATE_TEXT];

    if (backoff->last.class == ENROLL_PENDING)
        fprintf(out, "  %-13s asked %ld times since %s\n", "pending",
                backoff->failures, enroll_date_text(backoff->since, since));
    else
        fprintf(out, "  %-13s %s%s, %ld in a row since %s\n", "failed",
                enroll_class_name(backoff->last.class),
                backoff->kind == ENROLL_KIND_AUTHENTICATION
                    ? " (authentication)"
                    : "",
                backoff->failures, enroll_date_text(backoff->since, since));
    line(out, "", backoff->last.line);
    if (backoff->next > now)
        print_date(out, "next try", backoff->next, now);
}

static void print_managers(FILE *out, const struct enroll_status *status)
{
    const struct enroll_managers *managers = &status->managers;
    char since[ENROLL_DATE_TEXT];

    for (size_t i = 0; managers->count > 1 && i < managers->count; i++) {
        const struct enroll_manager *each = &managers->at[i];

        fprintf(out, "  %-13s %s, %s%s", "manager",
                enroll_manager_name(each->profile), each->profile->url,
                each->used ? ", in use" : "");
        if (each->failures > 0)
            fprintf(out, ", not reached %ld times since %s", each->failures,
                    enroll_date_text(each->since, since));
        fputc('\n', out);
    }
    line(out, "clock", status->clock);
}

static void print_check(FILE *out, const struct enroll_status *status,
                        time_t now)
{
    if (status->look.verdict.revoked[0] != '\0')
        fprintf(out, "  %-13s what it signed: enroll-hook signed %s\n",
                "revoked", status->name);
    if (!status->unchecked)
        return;
    print_date(out, "not checked", status->check.checked_at, now);
    line(out, "", status->check.line);
}

void enroll_status_print(FILE *out, const struct enroll_status *status,
                         time_t now)
{
    fprintf(out, "%s: %s%s\n", status->name, status->state,
            status->working ? ", a process is at it" : "");
    if (!status->usable)
        line(out, "why", status->problem.line);
    if (status->look.generation != NULL)
        print_generation(out, status, now);
    print_request(out, status);
    if (status->failed)
        print_failure(out, status, now);
    print_check(out, status, now);
    print_managers(out, status);
}
