/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of enroll.conf whose values are URLs or hosts. Called through the
 * table of keys.c; what a URL is says libcurl, which will use it.
 */
#include <string.h>

#include <curl/curl.h>

#include "hook/settings.h"

/* One part of a URL, "" where it has none; the caller's: curl_free. */
static char *url_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;

    return curl_url_get(url, part, &text, 0) == CURLUE_OK ? text : NULL;
}

/* schemes: " http https " */
static int scheme_in(const char *scheme, const char *schemes)
{
    size_t length = strlen(scheme);

    for (const char *at = schemes; (at = strstr(at, scheme)) != NULL; at++)
        if (at > schemes && at[-1] == ' ' && at[length] == ' ')
            return 1;
    return 0;
}

static const char *url_fault(const char *text, const char *schemes)
{
    CURLU *url = curl_url();
    char *scheme = NULL, *user = NULL, *fragment = NULL;
    const char *fault = "cannot be understood as a URL";

    if (url != NULL && curl_url_set(url, CURLUPART_URL, text,
                                    CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK) {
        scheme = url_part(url, CURLUPART_SCHEME);
        user = url_part(url, CURLUPART_USER);
        fragment = url_part(url, CURLUPART_FRAGMENT);
        if (scheme == NULL || !scheme_in(scheme, schemes))
            fault = "has a scheme that is not allowed here";
        else if (user != NULL)
            fault = "contains a user name, which does not belong here";
        else if (fragment != NULL)
            fault = "has a fragment (#), which does not belong here";
        else
            fault = NULL;
    }
    curl_free(scheme);
    curl_free(user);
    curl_free(fragment);
    curl_url_cleanup(url);
    return fault;
}

int enroll_key_url(const struct enroll_reader *reader,
                   const struct enroll_setting *setting, void *target)
{
    const char *fault = url_fault(setting->value, " https ");
    char *copy = NULL;
    size_t length;

    if (fault != NULL || strpbrk(setting->value, "? ") != NULL)
        return enroll_setting_wrong(
            reader, setting, "'%.200s' %s; write https://HOST[:PORT][/PATH]",
            setting->value, fault != NULL ? fault : "has a query");
    copy = enroll_arena_copy(reader->arena, setting->value);
    if (copy == NULL)
        return enroll_setting_no_memory(reader);
    length = strlen(copy);
    while (length > 0 && copy[length - 1] == '/')
        copy[--length] = '\0';
    *(const char **)target = copy;
    return 1;
}

int enroll_key_proxy(const struct enroll_reader *reader,
                     const struct enroll_setting *setting, void *target)
{
    const char *fault = url_fault(setting->value, " http https socks5h ");

    if (fault != NULL)
        return enroll_setting_wrong(reader, setting,
                                    "'%.200s' %s; write http://HOST:PORT",
                                    setting->value, fault);
    *(const char **)target = setting->value;
    return 1;
}

int enroll_key_hosts(const struct enroll_reader *reader,
                     const struct enroll_setting *setting, void *target)
{
    const char **hosts = target, *at = setting->value;
    char item[ENROLL_ITEM_MAX];
    size_t count = 0;

    while (enroll_key_item(&at, item)) {
        if (strpbrk(item, "/ @") != NULL)
            return enroll_setting_wrong(reader, setting,
                                        "'%.200s' is not a host; write "
                                        "HOST[:PORT], ...",
                                        item);
        if (count == ENROLL_TOKEN_HOST_MAX - 1)
            return enroll_setting_wrong(reader, setting,
                                        "more than %d hosts are too many",
                                        ENROLL_TOKEN_HOST_MAX - 1);
        hosts[count] = enroll_arena_copy(reader->arena, item);
        if (hosts[count++] == NULL)
            return enroll_setting_no_memory(reader);
    }
    return *at == '\0' && count > 0
               ? 1
               : enroll_setting_wrong(reader, setting, "lists no host");
}

int enroll_key_tsa(const struct enroll_reader *reader,
                   const struct enroll_setting *setting, void *target)
{
    struct enroll_profile *profile = reader->profile;
    const char *at = setting->value, *fault = NULL;
    char item[ENROLL_ITEM_MAX];

    (void)target;
    while (enroll_key_item(&at, item)) {
        fault = url_fault(item, " http https ");
        if (fault != NULL)
            return enroll_setting_wrong(reader, setting,
                                        "'%.200s' %s; write http://HOST/PATH "
                                        "or https://HOST/PATH, ...",
                                        item, fault);
        if (profile->tsa_count == ENROLL_TSA_MAX)
            return enroll_setting_wrong(
                reader, setting, "more than %d are too many", ENROLL_TSA_MAX);
        profile->tsa[profile->tsa_count] =
            enroll_arena_copy(reader->arena, item);
        if (profile->tsa[profile->tsa_count++] == NULL)
            return enroll_setting_no_memory(reader);
    }
    return *at == '\0' && profile->tsa_count > 0
               ? 1
               : enroll_setting_wrong(reader, setting, "lists no URL");
}
