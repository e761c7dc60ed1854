/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One profile of enroll.conf, read and checked. Everything the rest of the
 * hook needs to know is in here; nothing else reads the configuration.
 * Durations are in seconds, strings are owned by the configuration they came
 * from and live as long as it does, NULL where not given.
 */
#ifndef ENROLL_HOOK_PROFILE_H
#define ENROLL_HOOK_PROFILE_H

#include <stddef.h>

#include "core/generation.h"
#include "core/problem.h"

#define ENROLL_TSA_MAX          16
#define ENROLL_CUSTOM_FIELD_MAX 32
#define ENROLL_TOKEN_HOST_MAX   16
#define ENROLL_FALLBACK_MAX     4
#define ENROLL_MANAGERS_MAX     (1 + ENROLL_FALLBACK_MAX)

enum enroll_key_type {
    ENROLL_RSA_3072,
    ENROLL_RSA_4096,
    ENROLL_EC_P256,
    ENROLL_EC_P384
};

struct enroll_maintenance; /* hook/lifecycle/maintenance.h */

/* "33%" or "30d" */
struct enroll_share {
    int percent; /* 1..99, or 0: seconds counts */
    long seconds;
};

enum enroll_key_policy {
    ENROLL_KEY_REUSE,
    ENROLL_KEY_ROTATE,
    ENROLL_KEY_MAX_AGE, /* a new one once it is key_max_age old */
    ENROLL_KEY_MAX_USES /* ... once key_max_uses certificates had it */
};

struct enroll_custom_field {
    const char *name, *value;
};

struct enroll_profile {
    const char *name;
    const char *config_path; /* for messages: FILE, section NAME, key KEY */
    const char *state;       /* the state folder, absolute */
    char config_sha256[ENROLL_SHA256_HEX]; /* of all effective settings */

    /*
     * Where the manager's keys stand: NULL, in the profile's own section, or
     * "manager/NAME" in the copy of a profile that stands for a fallback.
     */
    const char *section;

    /* the manager */
    const char *manager; /* "scm"; NULL: none, certificates are imported */
    const char *url;     /* base, without trailing slash */
    const char *token_url;
    const char *token_hosts[ENROLL_TOKEN_HOST_MAX]; /* NULL-terminated */
    const char *client_id;
    const char *client_secret; /* the reference, never the secret */
    const char *ca_file;
    const char *proxy;

    /* the others, in order: each this profile with that manager's keys */
    const char *fallback_name[ENROLL_FALLBACK_MAX];
    const struct enroll_profile *fallback[ENROLL_FALLBACK_MAX];
    size_t fallback_count;
    long failover_after; /* failures in a row, at least 1 */

    /* the request */
    const char *email, *first_name, *last_name, *title, *san_email;
    const char *order_id_field;
    struct enroll_custom_field custom_fields[ENROLL_CUSTOM_FIELD_MAX];
    size_t custom_field_count;

    /* the key */
    const char *key; /* "file" */
    enum enroll_key_type key_type;
    enum enroll_key_policy key_policy;
    long key_max_age;  /* seconds */
    long key_max_uses; /* certificates */
    long overlap;      /* seconds between the steps of a new key */
    long keep;         /* generations */
    const char *key_group;
    int public_trust;       /* trust = public */
    int allow_software_key; /* yes */

    /* the review */
    const char *anchor;
    const char *subject;
    long max_validity;
    long clock_tolerance;

    /* revocation */
    long revocation_check; /* seconds between two looks; 0: none */
    int hold_if_revoked;   /* on-revoked = hold */

    /* when */
    struct enroll_share renew;     /* of the lifetime, before its end */
    struct enroll_share spread;    /* of that window: the jitter's */
    struct enroll_share emergency; /* of the lifetime, before its end */
    long lead_time;                /* an approval may take so long */
    const struct enroll_maintenance *maintenance; /* NULL: always */
    long doubt_wait;
    int hold_doubts; /* on-doubt = hold */
    long min_remaining;
    long wait;
    enum enroll_renew_by renew_by;
    int persistent_required;
    int shared_state;
    long max_orders;        /* at most so many ... */
    long max_orders_period; /* ... in so many seconds */

    /* time stamps */
    const char *tsa[ENROLL_TSA_MAX];
    size_t tsa_count;
    const char *tsa_ca_file;
    long tsa_timeout;
};

/* The section of enroll.conf that names its manager, for messages. */
static inline const char *enroll_profile_section(
    const struct enroll_profile *profile)
{
    return profile->section == NULL ? profile->name : profile->section;
}

#endif
