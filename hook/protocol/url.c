/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes URLs apart with libcurl's URL API, for the allow-list of token hosts
 * and for messages. Connects to nothing.
 */
#include "hook/protocol/url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

static char *part(CURLU *url, CURLUPart which)
{
    char *text = NULL;

    return curl_url_get(url, which, &text, 0) == CURLUE_OK ? text : NULL;
}

/* libcurl decodes %7f, and would leave it to us to show. */
static int printable(const char *host)
{
    for (; *host != '\0'; host++)
        if ((unsigned char)*host <= 0x20 || *host == 0x7f)
            return 0;
    return 1;
}

/* "host[:port]"; the port left out where it is the scheme's own. */
static int write_authority(CURLU *url, const char *usual_port,
                           char authority[ENROLL_AUTHORITY_MAX])
{
    char *host = part(url, CURLUPART_HOST);
    char *port = part(url, CURLUPART_PORT);
    int shown = port != NULL && strcmp(port, usual_port) != 0;
    int length = -1;

    if (host != NULL && printable(host))
        length = snprintf(authority, ENROLL_AUTHORITY_MAX, "%s%s%s", host,
                          shown ? ":" : "", shown ? port : "");
    curl_free(host);
    curl_free(port);
    return length > 0 && length < ENROLL_AUTHORITY_MAX;
}

static int has(CURLU *url, CURLUPart which)
{
    char *text = part(url, which);

    curl_free(text);
    return text != NULL;
}

int enroll_url_authority(const char *url, char authority[ENROLL_AUTHORITY_MAX])
{
    CURLU *parsed = curl_url();
    char *scheme = NULL;
    int ok = 0;

    if (parsed != NULL &&
        curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
        scheme = part(parsed, CURLUPART_SCHEME);
    if (scheme != NULL && strcasecmp(scheme, "https") == 0 &&
        !has(parsed, CURLUPART_USER) && !has(parsed, CURLUPART_PASSWORD))
        ok = write_authority(parsed, "443", authority);
    if (!ok)
        authority[0] = '\0';
    curl_free(scheme);
    curl_url_cleanup(parsed);
    return ok;
}

void enroll_url_shown(const char *url, char shown[ENROLL_AUTHORITY_MAX])
{
    CURLU *parsed = curl_url();

    if (parsed == NULL ||
        curl_url_set(parsed, CURLUPART_URL, url, CURLU_GUESS_SCHEME) !=
            CURLUE_OK ||
        !write_authority(parsed, "443", shown))
        strcpy(shown, "?");
    curl_url_cleanup(parsed);
}

int enroll_url_is(const char *authority, const char *entry)
{
    char url[ENROLL_AUTHORITY_MAX + 8], named[ENROLL_AUTHORITY_MAX];
    int length = snprintf(url, sizeof(url), "https://%s", entry);

    return length > 0 && (size_t)length < sizeof(url) &&
           enroll_url_authority(url, named) &&
           strcasecmp(named, authority) == 0;
}
