/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where configuration and state are. First match wins: what the provider's
 * section of openssl.cnf or the command line says; ENROLL_CONF and
 * ENROLL_STATE; for an ordinary user $XDG_CONFIG_HOME/enroll/enroll.conf and
 * $XDG_STATE_HOME/enroll (or their defaults below $HOME) where they exist;
 * /etc/enroll/enroll.conf and /var/lib/enroll. With AT_SECURE the environment
 * is never asked.
 */
#ifndef ENROLL_CORE_PLACES_H
#define ENROLL_CORE_PLACES_H

struct enroll_places {
    char *config; /* OPENSSL_free */
    char *state;
    const char *config_from; /* "openssl.cnf or option", "ENROLL_CONF", ... */
    const char *state_from;
};

/* given_* may be NULL. 1, or 0 when out of memory. */
int enroll_places_find(struct enroll_places *places, const char *given_config,
                       const char *given_state);
void enroll_places_clear(struct enroll_places *places);

#endif
