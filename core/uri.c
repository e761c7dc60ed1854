/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads enroll: URIs. Called by the provider for every URI any host opens, so
 * a foreign scheme is told apart first and costs nothing. Opens no file.
 */
#include "core/uri.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/duration.h"

static const char scheme[] = "enroll:";

int enroll_profile_name_ok(const char *name)
{
    size_t length;

    if (name == NULL || !isalnum((unsigned char)name[0]))
        return 0;
    length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return length <= ENROLL_PROFILE_MAX && name[length] == '\0' &&
           strstr(name, "..") == NULL && strcmp(name, "default") != 0;
}

static int parse_generation(const char *value, unsigned long *generation)
{
    char *end = NULL;
    unsigned long number;

    if (!isdigit((unsigned char)value[0]))
        return 0;
    errno = 0;
    number = strtoul(value, &end, 10);
    if (errno != 0 || *end != '\0' || number == 0 || number > 9999999999UL)
        return 0;
    *generation = number;
    return 1;
}

static int parse_item(char *item, struct enroll_uri *uri, const char **why)
{
    char *value = strchr(item, '=');

    if (value == NULL) {
        *why = "a query item has the form name=value";
        return 0;
    }
    *value++ = '\0';
    if (strcmp(item, "min-remaining") == 0) {
        *why = "min-remaining takes a duration such as 3d, once";
        return uri->min_remaining < 0 &&
               enroll_duration_parse(value, &uri->min_remaining);
    }
    if (strcmp(item, "generation") == 0) {
        *why = "generation takes a positive number, once";
        return uri->generation == 0 &&
               parse_generation(value, &uri->generation);
    }
    if (strcmp(item, "part") == 0) {
        *why = "part can only be chain";
        uri->chain_only = 1;
        return strcmp(value, "chain") == 0;
    }
    *why = "the query knows min-remaining, part and generation";
    return 0;
}

static int parse_query(char *query, struct enroll_uri *uri, const char **why)
{
    char *save = NULL;

    for (char *item = strtok_r(query, "&", &save); item != NULL;
         item = strtok_r(NULL, "&", &save))
        if (!parse_item(item, uri, why))
            return 0;
    return 1;
}

enum enroll_uri_result enroll_uri_parse(const char *text,
                                        struct enroll_uri *uri,
                                        const char **why)
{
    struct enroll_uri result = {.min_remaining = -1};
    char copy[ENROLL_URI_MAX + 1];
    char *query = NULL;
    size_t length;

    if (text == NULL || strncasecmp(text, scheme, sizeof(scheme) - 1) != 0)
        return ENROLL_URI_FOREIGN;
    text += sizeof(scheme) - 1;
    if (strncmp(text, "//", 2) == 0)
        text += 2;
    length = strnlen(text, sizeof(copy));
    if (length == sizeof(copy)) {
        *why = "it is longer than 512 characters";
        return ENROLL_URI_BAD;
    }
    memcpy(copy, text, length + 1);
    query = strchr(copy, '?');
    if (query != NULL)
        *query++ = '\0';
    length = strlen(copy);
    if (length > 1 && copy[length - 1] == '/') /* enroll://release/ */
        copy[length - 1] = '\0';
    if (!enroll_profile_name_ok(copy)) {
        *why = "a profile's name has 1 to 64 letters, digits, '.', '_' or "
               "'-', starts with a letter or digit and is not 'default'";
        return ENROLL_URI_BAD;
    }
    strcpy(result.profile, copy);
    if (query != NULL && !parse_query(query, &result, why))
        return ENROLL_URI_BAD;
    *uri = result;
    return ENROLL_URI_OK;
}
