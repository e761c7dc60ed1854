/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hands objects to libcrypto. Called by store.c and decoder.c. The callback
 * only reads the DER, although OSSL_PARAM has no const.
 */
#include "provider/object.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/params.h>

static int hand_over(int type, const char *structure, const unsigned char *der,
                     size_t length, OSSL_CALLBACK *callback, void *argument)
{
    OSSL_PARAM params[] = {
        OSSL_PARAM_int(OSSL_OBJECT_PARAM_TYPE, &type),
        OSSL_PARAM_octet_string(OSSL_OBJECT_PARAM_DATA, (void *)der, length),
        OSSL_PARAM_END,
        OSSL_PARAM_END,
    };

    if (structure != NULL)
        params[2] = (OSSL_PARAM)OSSL_PARAM_utf8_string(
            OSSL_OBJECT_PARAM_DATA_STRUCTURE, (char *)structure,
            strlen(structure));
    return callback(params, argument);
}

int enroll_object_key(const unsigned char *der, size_t length,
                      OSSL_CALLBACK *callback, void *argument)
{
    return hand_over(OSSL_OBJECT_PKEY, "PrivateKeyInfo", der, length, callback,
                     argument);
}

int enroll_object_certificate(const unsigned char *der, size_t length,
                              OSSL_CALLBACK *callback, void *argument)
{
    return hand_over(OSSL_OBJECT_CERT, NULL, der, length, callback, argument);
}
