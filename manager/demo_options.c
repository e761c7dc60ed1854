/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of `enroll-manager demo`. Called by cmd_demo.c.
 */
#include <stdint.h>
#include <string.h>

#include "certificate.h"
#include "demo.h"
#include "options.h"
#include "text.h"

#define DAY ((int64_t)86400)

enum {
    OPT_PORT = 1000,
    OPT_HTTP_PORT,
    OPT_LISTEN,
    OPT_BACKGROUND,
    OPT_VALIDITY,
    OPT_BACKDATE,
    OPT_APPROVAL,
    OPT_TOKEN_LIFE,
    OPT_CUSTOM_FIELD,
    OPT_CA_KEY,
    OPT_CLOCK_OFFSET,
    OPT_PER_ADDRESS,
    OPT_HEADER_TIME
};

const struct option demo_option_table[] = {
    {"help", no_argument, NULL, 'h'},
    {"port", required_argument, NULL, OPT_PORT},
    {"http-port", required_argument, NULL, OPT_HTTP_PORT},
    {"listen", required_argument, NULL, OPT_LISTEN},
    {"background", no_argument, NULL, OPT_BACKGROUND},
    {"validity", required_argument, NULL, OPT_VALIDITY},
    {"backdate", required_argument, NULL, OPT_BACKDATE},
    {"approval", required_argument, NULL, OPT_APPROVAL},
    {"token-life", required_argument, NULL, OPT_TOKEN_LIFE},
    {"custom-field", required_argument, NULL, OPT_CUSTOM_FIELD},
    {"ca-key", required_argument, NULL, OPT_CA_KEY},
    {"clock-offset", required_argument, NULL, OPT_CLOCK_OFFSET},
    {"connections-per-address", required_argument, NULL, OPT_PER_ADDRESS},
    {"header-time", required_argument, NULL, OPT_HEADER_TIME},
    {NULL, 0, NULL, 0},
};

static int take_port(const char *text, int *out)
{
    int64_t port;

    if (!text_number(text, 0, 65535, &port))
        return 0;
    *out = (int)port;
    return 1;
}

static int take_duration(const char *text, int64_t low, int64_t high,
                         int64_t *out)
{
    int64_t value;

    if (!duration_parse(text, &value) || value < low || value > high)
        return 0;
    *out = value;
    return 1;
}

static int take_field(const char *text, struct demo_options *o)
{
    if (o->fields == DEMO_FIELDS || text[0] == '\0' || text[0] == ':')
        return 0;
    o->field[o->fields++] = text;
    return 1;
}

static int take_approval(const char *text, struct demo_options *o)
{
    o->approval = text;
    return strcmp(text, "auto") == 0 || strcmp(text, "manual") == 0;
}

int demo_option_take(int option, const char *text, struct demo_options *o)
{
    switch (option) {
    case OPT_PORT: return take_port(text, &o->port);
    case OPT_HTTP_PORT: return take_port(text, &o->http_port);
    case OPT_LISTEN: o->listen = text; return 1;
    case OPT_BACKGROUND: o->background = 1; return 1;
    case OPT_VALIDITY: return take_duration(text, 1, 460 * DAY, &o->validity);
    case OPT_BACKDATE: return take_duration(text, 0, DAY, &o->backdate);
    case OPT_APPROVAL: return take_approval(text, o);
    case OPT_TOKEN_LIFE:
        return take_duration(text, 1, 366 * DAY, &o->token_life);
    case OPT_CUSTOM_FIELD: return take_field(text, o);
    case OPT_PER_ADDRESS: return text_number(text, 1, 4096, &o->per_address);
    case OPT_HEADER_TIME: return take_duration(text, 1, 3600, &o->header_time);
    case OPT_CA_KEY: o->ca_key = text; return key_type_known(text);
    default:
        o->clock_offset_set = 1;
        return duration_parse_signed(text, &o->clock_offset);
    }
}

const char *demo_option_name(int option)
{
    for (const struct option *at = demo_option_table; at->name != NULL; at++)
        if (at->val == option)
            return at->name;
    return "option";
}
