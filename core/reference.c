/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and writes the reference block. Called by the provider's decoder for
 * blocks with our label only, and by the hook when it writes an identity file.
 */
#include "core/reference.h"

#include <limits.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/asn1t.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "core/uri.h"

static const char description[] = "enroll provider URI v1";

typedef struct enroll_reference_st {
    ASN1_VISIBLESTRING *description;
    ASN1_UTF8STRING *uri;
} ENROLL_REFERENCE;

ASN1_SEQUENCE(ENROLL_REFERENCE) =
    {
        ASN1_SIMPLE(ENROLL_REFERENCE, description, ASN1_VISIBLESTRING),
        ASN1_SIMPLE(ENROLL_REFERENCE, uri, ASN1_UTF8STRING),
} static_ASN1_SEQUENCE_END(ENROLL_REFERENCE)

        static ENROLL_REFERENCE
    * reference_parse(const unsigned char *der, size_t length)
{
    const unsigned char *at = der;
    ENROLL_REFERENCE *reference = NULL;

    if (length == 0 || length > LONG_MAX)
        return NULL;
    ERR_set_mark();
    reference = (ENROLL_REFERENCE *)ASN1_item_d2i(
        NULL, &at, (long)length, ASN1_ITEM_rptr(ENROLL_REFERENCE));
    ERR_pop_to_mark();
    if (reference != NULL && at != der + length) { /* something behind it */
        ASN1_item_free((ASN1_VALUE *)reference,
                       ASN1_ITEM_rptr(ENROLL_REFERENCE));
        return NULL;
    }
    return reference;
}

static int string_equals(const ASN1_STRING *string, const char *text)
{
    return ASN1_STRING_length(string) == (int)strlen(text) &&
           memcmp(ASN1_STRING_get0_data(string), text, strlen(text)) == 0;
}

char *enroll_reference_decode(const unsigned char *der, size_t length)
{
    ENROLL_REFERENCE *reference = reference_parse(der, length);
    char *uri = NULL;

    if (reference == NULL)
        return NULL;
    if (string_equals(reference->description, description)) {
        const unsigned char *data = ASN1_STRING_get0_data(reference->uri);
        size_t size = (size_t)ASN1_STRING_length(reference->uri);

        if (size <= ENROLL_URI_MAX && memchr(data, '\0', size) == NULL)
            uri = OPENSSL_strndup((const char *)data, size);
    }
    ASN1_item_free((ASN1_VALUE *)reference, ASN1_ITEM_rptr(ENROLL_REFERENCE));
    return uri;
}

size_t enroll_reference_encode(const char *uri, unsigned char **der)
{
    ENROLL_REFERENCE *reference =
        (ENROLL_REFERENCE *)ASN1_item_new(ASN1_ITEM_rptr(ENROLL_REFERENCE));
    int length = -1;

    if (reference != NULL &&
        ASN1_STRING_set(reference->description, description, -1) &&
        ASN1_STRING_set(reference->uri, uri, -1)) {
        *der = NULL;
        length = ASN1_item_i2d((ASN1_VALUE *)reference, der,
                               ASN1_ITEM_rptr(ENROLL_REFERENCE));
    }
    ASN1_item_free((ASN1_VALUE *)reference, ASN1_ITEM_rptr(ENROLL_REFERENCE));
    return length > 0 ? (size_t)length : 0;
}
