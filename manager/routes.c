/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of routes: everything the manager answers to is a line here.
 */
#include "endpoints.h"

#include <string.h>

#include "text.h"

static const struct route routes[] = {
    {PORT_API, "POST", MANAGER_TOKEN_PATH, EP_TOKEN, 0, oauth_token},

    /* SCM's REST Enrollment API */
    {PORT_API, "POST", "/api/v1/certificates", EP_ENROLL, 1, scm_enroll},
    {PORT_API, "GET", "/api/v1/certificates/{id}", EP_DOWNLOAD, 1,
     scm_download},
    {PORT_API, "DELETE", "/api/v1/certificates/{id}", EP_REVOKE, 1, scm_revoke},
    {PORT_API, "GET", "/api/v1/certificates/{id}/status", EP_STATUS, 1,
     scm_status},
    {PORT_API, "POST", "/api/v1/certificates/{id}/renew", EP_ALL, 1,
     scm_ssl_only},
    {PORT_API, "POST", "/api/v1/certificates/{id}/replace", EP_ALL, 1,
     scm_ssl_only},
    {PORT_API, "POST", "/api/v1/certificates/{id}/dcv-recheck", EP_ALL, 1,
     scm_ssl_only},

    /* Ours */
    {PORT_API, "GET", "/api/enroll/v1/orders", EP_LOOKUP, 1, ours_orders},
    {PORT_API, "GET", "/api/enroll/v1/renewal", EP_RENEWAL, 1, ours_renewal},

    /* What certificates point to, and time stamps */
    {PORT_PUBLIC, "GET", "/crl/{name}.crl", EP_CRL, 0, publish_crl},
    {PORT_PUBLIC, "GET", "/aia/{name}.crt", EP_ALL, 0, publish_issuer},
    {PORT_PUBLIC, "POST", "/ocsp", EP_OCSP, 0, ocsp_post},
    {PORT_PUBLIC, "GET", "/ocsp/{rest}", EP_OCSP, 0, ocsp_get},
    {PORT_PUBLIC, "POST", "/tsa", EP_TSA, 0, tsa_stamp},
};

/* Takes a number off the path; 0 if there is none that could be an id. */
static size_t match_id(const char *path, struct request *request)
{
    size_t length = strspn(path, "0123456789");
    char digits[20];

    if (length == 0 || length >= sizeof(digits))
        return 0;
    memcpy(digits, path, length);
    digits[length] = '\0';
    return text_number(digits, 1, INT64_MAX, &request->id) ? length : 0;
}

static size_t match_name(const char *path, struct request *request)
{
    size_t length = strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789-");

    if (length == 0 || length >= sizeof(request->name))
        return 0;
    memcpy(request->name, path, length);
    request->name[length] = '\0';
    return length;
}

static size_t match_rest(const char *path, struct request *request)
{
    request->rest = path;
    return strlen(path);
}

static int path_matches(const char *pattern, const char *path,
                        struct request *request)
{
    while (*pattern != '\0') {
        size_t taken = 1, length = 1;

        if (strncmp(pattern, "{id}", 4) == 0) {
            taken = match_id(path, request);
            length = 4;
        } else if (strncmp(pattern, "{name}", 6) == 0) {
            taken = match_name(path, request);
            length = 6;
        } else if (strncmp(pattern, "{rest}", 6) == 0) {
            taken = match_rest(path, request);
            length = 6;
        } else if (*pattern != *path) {
            return 0;
        }
        if (taken == 0)
            return 0;
        pattern += length;
        path += taken;
    }
    return *path == '\0';
}

const struct route *route_find(enum port port, const char *method,
                               const char *path, struct request *request,
                               int *known)
{
    size_t i;

    *known = 0;
    for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (routes[i].port != port ||
            !path_matches(routes[i].path, path, request))
            continue;
        *known = 1;
        if (strcmp(routes[i].method, method) == 0)
            return &routes[i];
    }
    return NULL;
}
