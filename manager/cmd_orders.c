/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-manager orders: every order ever taken, for people and for tests.
 */
#include <stdio.h>

#include "database.h"
#include "http.h"
#include "manager.h"
#include "options.h"
#include "orders.h"
#include "text.h"

static const char *or_dash(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : "-";
}

static int print_line(void *arg, const struct order *order)
{
    char created[TEXT_TIME_SIZE], not_after[TEXT_TIME_SIZE] = "-";

    text_time(created, order->created);
    if (order->serial != NULL)
        text_time(not_after, order->not_after);
    return fprintf(arg, "%lld %s %s %s %s %s\n", (long long)order->id,
                   order_state_name(order->state), created, not_after,
                   or_dash(order->serial), or_dash(order->client_order_id)) > 0;
}

static int add_json(void *arg, const struct order *order)
{
    cJSON *json = cJSON_CreateObject();
    char created[TEXT_TIME_SIZE], not_after[TEXT_TIME_SIZE];

    text_time(created, order->created);
    text_time(not_after, order->not_after);
    cJSON_AddNumberToObject(json, "id", (double)order->id);
    cJSON_AddStringToObject(json, "state", order_state_name(order->state));
    cJSON_AddStringToObject(json, "requested", created);
    json_add_text(json, "notAfter", order->serial != NULL ? not_after : NULL);
    json_add_text(json, "serial", order->serial);
    json_add_text(json, "clientOrderId", order->client_order_id);
    cJSON_AddStringToObject(json, "email", order->email);
    json_add_text(json, "message", order->message);
    return cJSON_AddItemToArray(arg, json);
}

static int orders_print(struct manager *m, int as_json)
{
    int64_t now = manager_now(m->db);
    cJSON *list = NULL;
    char *text = NULL;
    int ok;

    if (!as_json)
        return order_each(m->db, 0, NULL, now, print_line, stdout);
    list = cJSON_CreateArray();
    ok = order_each(m->db, 0, NULL, now, add_json, list);
    if (ok)
        text = cJSON_Print(list);
    if (text != NULL)
        puts(text);
    cJSON_free(text);
    cJSON_Delete(list);
    return ok;
}

int command_orders(const struct command *self, int argc, char **argv)
{
    static const struct option table[] = {{"help", no_argument, NULL, 'h'},
                                          {"json", no_argument, NULL, 'j'},
                                          {NULL, 0, NULL, 0}};
    struct manager m;
    int option, as_json = 0, ok;

    while ((option = option_next(self, argc, argv, table)) != -1) {
        if (option != 'j')
            return option == 'h' ? EXIT_DONE : EXIT_USAGE;
        as_json = 1;
    }
    if (operand(argc, argv, 0) == NULL || operand(argc, argv, 1) != NULL)
        return usage_error(self, "wants one folder");
    if (!manager_open(&m, operand(argc, argv, 0)))
        return EXIT_FAILED;
    ok = orders_print(&m, as_json) && fflush(stdout) == 0;
    manager_close(&m);
    return ok ? EXIT_DONE : EXIT_FAILED;
}
