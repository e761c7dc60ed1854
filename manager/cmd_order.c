/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-manager approve, decline, revoke: what an administrator does with a
 * single order. All of it happens here, in the database, not in the server:
 * when the command returns it is done.
 */
#include <string.h>

#include "crl.h"
#include "database.h"
#include "manager.h"
#include "options.h"
#include "orders.h"
#include "text.h"

struct order_command {
    const struct command *self;
    const char *dir;
    int64_t id;
    const char *message;
    int reason;
};

enum allowed { ALLOW_MESSAGE = 1, ALLOW_REASON = 2 };

/* The command line; -1 to go on, else the exit status. */
static int order_command_read(struct order_command *c, int argc, char **argv,
                              int allowed)
{
    static const struct option table[] = {
        {"help", no_argument, NULL, 'h'},
        {"message", required_argument, NULL, 'm'},
        {"reason", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0}};
    const char *id;
    int option;

    while ((option = option_next(c->self, argc, argv, table)) != -1) {
        if (option == 'm' && (allowed & ALLOW_MESSAGE) != 0) {
            c->message = optarg;
        } else if (option == 'r' && (allowed & ALLOW_REASON) != 0) {
            c->reason = crl_reason(optarg);
            if (c->reason < 0)
                return usage_error(c->self, "no reason %s", optarg);
        } else if (option == 'm' || option == 'r') {
            return usage_error(c->self, "unknown option %s", argv[optind - 2]);
        } else {
            return option == 'h' ? EXIT_DONE : EXIT_USAGE;
        }
    }
    c->dir = operand(argc, argv, 0);
    id = operand(argc, argv, 1);
    if (id == NULL || operand(argc, argv, 2) != NULL ||
        !text_number(id, 1, INT64_MAX, &c->id))
        return usage_error(c->self, "wants a folder and an order's number");
    return -1;
}

/* Says why it was not done: no such order, or not in the state it takes. */
static int order_not(struct manager *m, const struct order_command *c,
                     const char *wanted)
{
    struct order order;
    int found = order_load(m->db, c->id, 0, manager_now(m->db), &order);

    if (found == 0)
        complain("%s: no order %lld (see `enroll-manager orders %s`)",
                 c->self->name, (long long)c->id, c->dir);
    if (found == 1) {
        complain("%s: order %lld is %s, not %s", c->self->name,
                 (long long)c->id, order_state_name(order.state), wanted);
        order_free(&order);
    }
    return EXIT_FAILED;
}

static int approve(struct manager *m, const struct order_command *c)
{
    int done = order_move(m->db, c->id, ORDER_REQUESTED, ORDER_APPROVED, NULL);

    if (done == 0)
        return order_not(m, c, "Requested");
    if (done > 0)
        done = order_issue(m, c->id);
    return done < 0 ? EXIT_FAILED : EXIT_DONE;
}

static int decline(struct manager *m, const struct order_command *c)
{
    int done =
        order_move(m->db, c->id, ORDER_REQUESTED, ORDER_DECLINED, c->message);

    if (done == 0)
        return order_not(m, c, "Requested");
    return done < 0 ? EXIT_FAILED : EXIT_DONE;
}

static int revoke(struct manager *m, const struct order_command *c)
{
    int done =
        order_revoke(m->db, c->id, c->reason, c->message, manager_now(m->db));

    if (done == 0)
        return order_not(m, c, "Issued");
    return done < 0 ? EXIT_FAILED : EXIT_DONE;
}

static int order_command(const struct command *self, int argc, char **argv,
                         int allowed,
                         int (*act)(struct manager *m,
                                    const struct order_command *c))
{
    struct order_command c = {.self = self};
    struct manager m;
    int status = order_command_read(&c, argc, argv, allowed);

    if (status >= 0)
        return status;
    if (!manager_open(&m, c.dir))
        return EXIT_FAILED;
    status = act(&m, &c);
    manager_close(&m);
    return status;
}

int command_approve(const struct command *self, int argc, char **argv)
{
    return order_command(self, argc, argv, 0, approve);
}

int command_decline(const struct command *self, int argc, char **argv)
{
    return order_command(self, argc, argv, ALLOW_MESSAGE, decline);
}

int command_revoke(const struct command *self, int argc, char **argv)
{
    return order_command(self, argc, argv, ALLOW_MESSAGE | ALLOW_REASON,
                         revoke);
}
