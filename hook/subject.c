/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and compares subjects. Called for the configuration, the request and
 * the review.
 */
#include "hook/subject.h"

#include <ctype.h>
#include <string.h>

#include <openssl/err.h>

#define SUBJECT_MAX 1024

/* Whether ATTRIBUTE= follows: "Example, Inc" needs no escape. */
static int begins_part(const char *text)
{
    text += strspn(text, " \t");
    return *text != '=' && text[strcspn(text, "=, ")] == '=';
}

/* One ATTRIBUTE=VALUE; *at moves to the comma that ends it. */
static int add_part(X509_NAME *name, const char **at)
{
    char part[SUBJECT_MAX] = "", *value = NULL;
    size_t used = 0;

    while (isspace((unsigned char)**at))
        (*at)++;
    while (**at != '\0' && used < sizeof(part) - 1 &&
           (**at != ',' || !begins_part(*at + 1))) {
        if (**at == '\\' && (*at)[1] != '\0')
            (*at)++;
        part[used++] = *(*at)++;
    }
    while (used > 0 && isspace((unsigned char)part[used - 1]))
        used--;
    part[used] = '\0';
    value = strchr(part, '=');
    if (value == NULL || value[1] == '\0' || used == sizeof(part) - 1)
        return 0;
    *value++ = '\0';
    return X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8,
                                      (const unsigned char *)value, -1, -1, 0);
}

X509_NAME *enroll_subject_parse(const char *text)
{
    X509_NAME *name = X509_NAME_new();
    int ok = name != NULL && *text != '\0';

    while (ok && *text != '\0') {
        ok = add_part(name, &text);
        if (*text == ',')
            text++;
    }
    if (ok)
        return name;
    X509_NAME_free(name);
    ERR_clear_error();
    return NULL;
}

/* By characters, not by encoding: a CA chooses its own string type. */
static int same_value(const ASN1_STRING *a, const ASN1_STRING *b)
{
    unsigned char *text_a = NULL, *text_b = NULL;
    int length_a = ASN1_STRING_to_UTF8(&text_a, a);
    int length_b = ASN1_STRING_to_UTF8(&text_b, b);
    int same = length_a >= 0 && length_a == length_b &&
               memcmp(text_a, text_b, (size_t)length_a) == 0;

    OPENSSL_free(text_a);
    OPENSSL_free(text_b);
    return same;
}

static int has_entry(const X509_NAME *name, const X509_NAME_ENTRY *wanted)
{
    const ASN1_OBJECT *type = X509_NAME_ENTRY_get_object(wanted);
    int at = -1;

    while ((at = X509_NAME_get_index_by_OBJ(name, type, at)) >= 0)
        if (same_value(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)),
                       X509_NAME_ENTRY_get_data(wanted)))
            return 1;
    return 0;
}

int enroll_subject_contains(const X509_NAME *name, const X509_NAME *wanted)
{
    for (int i = 0; i < X509_NAME_entry_count(wanted); i++)
        if (!has_entry(name, X509_NAME_get_entry(wanted, i)))
            return 0;
    return 1;
}
