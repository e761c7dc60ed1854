/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OAuth 2 token endpoint: client credentials (RFC 6749 section 4.4), the
 * secret in the form or by Basic. SCM documents the request, access_token and
 * expires_in; the rest follows Keycloak, whose path SCM's server has.
 */
#include "endpoints.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>
#include <microhttpd.h>

#include "csr.h"
#include "text.h"

#define FIELD_LIMIT 512

struct credentials {
    char grant_type[FIELD_LIMIT];
    char client_id[FIELD_LIMIT];
    char client_secret[FIELD_LIMIT];
    int bad; /* a field twice or too long */
};

static char *field_place(struct credentials *c, const char *key)
{
    if (strcmp(key, "grant_type") == 0)
        return c->grant_type;
    if (strcmp(key, "client_id") == 0)
        return c->client_id;
    if (strcmp(key, "client_secret") == 0)
        return c->client_secret;
    return NULL;
}

static enum MHD_Result form_field(void *cls, enum MHD_ValueKind kind,
                                  const char *key, const char *filename,
                                  const char *type, const char *encoding,
                                  const char *data, uint64_t offset,
                                  size_t size)
{
    struct credentials *c = cls;
    char *place = field_place(c, key);

    (void)kind;
    (void)filename;
    (void)type;
    (void)encoding;
    if (place == NULL)
        return MHD_YES;
    /* A value may come in pieces; one that starts anew is a second one. */
    if (strlen(place) != offset || offset + size >= FIELD_LIMIT ||
        memchr(data, '\0', size) != NULL) {
        c->bad = 1;
        return MHD_YES;
    }
    memcpy(place + offset, data, size);
    place[offset + size] = '\0';
    return MHD_YES;
}

static int form_read(struct request *request, struct credentials *c)
{
    struct MHD_PostProcessor *form =
        MHD_create_post_processor(request->connection, 4096, form_field, c);
    int ok;

    if (form == NULL)
        return 0;
    ok = request->length == 0 ||
         MHD_post_process(form, request->body, request->length) == MHD_YES;
    /* The last value arrives when the processor goes. */
    return MHD_destroy_post_processor(form) == MHD_YES && ok && !c->bad;
}

/* RFC 6749 2.3.1: both halves of Basic are form-encoded first. */
static int basic_halves(char *pair, struct credentials *c)
{
    char *secret = strchr(pair, ':');

    if (secret == NULL)
        return 0;
    *secret++ = '\0';
    MHD_http_unescape(pair);
    MHD_http_unescape(secret);
    if (strlen(pair) >= FIELD_LIMIT || strlen(secret) >= FIELD_LIMIT)
        return 0;
    strcpy(c->client_id, pair);
    strcpy(c->client_secret, secret);
    return 1;
}

/* 1 read, 0 no Basic header, -1 a bad one or a second set of credentials. */
static int basic_read(struct request *request, struct credentials *c)
{
    static const char scheme[] = "Basic ";
    const char *header = MHD_lookup_connection_value(
        request->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
    unsigned char *pair = NULL;
    size_t length = 0;
    int ok = 0;

    if (header == NULL)
        return 0;
    if (strncasecmp(header, scheme, strlen(scheme)) == 0 &&
        c->client_secret[0] == '\0')
        pair = base64_decode(header + strlen(scheme), &length);
    if (pair != NULL) {
        pair[length] = '\0';
        ok =
            memchr(pair, '\0', length) == NULL && basic_halves((char *)pair, c);
        OPENSSL_cleanse(pair, length);
    }
    free(pair);
    return ok ? 1 : -1;
}

static void reply_oauth_error(struct reply *reply, unsigned int status,
                              const char *error, const char *description)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "error", error);
    cJSON_AddStringToObject(json, "error_description", description);
    reply_json(reply, status, json);
    reply_header(reply, "Cache-Control", "no-store");
}

static void reply_token(struct request *request, struct reply *reply,
                        const struct account *account)
{
    struct database *db = request->manager->db;
    char *token = account_token(db, account, manager_now(db));
    cJSON *json;

    if (token == NULL) {
        reply_status(reply, 500);
        return;
    }
    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "access_token", token);
    cJSON_AddNumberToObject(json, "expires_in", (double)account->token_life);
    cJSON_AddNumberToObject(json, "refresh_expires_in", 0);
    cJSON_AddStringToObject(json, "token_type", "Bearer");
    cJSON_AddStringToObject(json, "scope", "email profile");
    reply_json(reply, 200, json);
    reply_header(reply, "Cache-Control", "no-store");
    OPENSSL_cleanse(token, strlen(token));
    free(token);
}

static void reply_for(struct request *request, struct reply *reply,
                      const struct credentials *c)
{
    struct account account;
    int found;

    if (c->grant_type[0] == '\0') {
        reply_oauth_error(reply, 400, "invalid_request",
                          "Missing form parameter: grant_type");
        return;
    }
    if (strcmp(c->grant_type, "client_credentials") != 0) {
        reply_oauth_error(reply, 400, "unsupported_grant_type",
                          "Unsupported grant_type");
        return;
    }
    found = account_by_secret(request->manager->db, c->client_id,
                              c->client_secret, &account);
    if (found < 0)
        reply_status(reply, 500);
    else if (found == 0)
        reply_oauth_error(reply, 401, "unauthorized_client",
                          "Invalid client or Invalid client credentials");
    if (found == 1) {
        reply_token(request, reply, &account);
        account_free(&account);
    }
}

void oauth_token(struct request *request, struct reply *reply)
{
    struct credentials c = {0};

    if (!form_read(request, &c) || basic_read(request, &c) < 0)
        reply_oauth_error(reply, 400, "invalid_request",
                          "The request is not a form with each parameter "
                          "once and one set of credentials");
    else
        reply_for(request, reply, &c);
    OPENSSL_cleanse(&c, sizeof(c));
}
