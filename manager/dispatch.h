/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From libmicrohttpd's callbacks to an endpoint and back.
 */
#ifndef MANAGER_DISPATCH_H
#define MANAGER_DISPATCH_H

#include <microhttpd.h>

#include "http.h"

/* What a callback is given: which port it serves, and the manager. */
struct listener {
    struct manager *manager;
    enum port port;
};

enum MHD_Result dispatch(void *cls, struct MHD_Connection *connection,
                         const char *url, const char *method,
                         const char *version, const char *data, size_t *size,
                         void **state);

void dispatch_done(void *cls, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode how);

#endif
