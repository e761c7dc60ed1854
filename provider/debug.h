/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line per event where `debug` (openssl.cnf) or ENROLL_DEBUG says; free of
 * charge otherwise. Never given a secret: keys, PINs, tokens stay out of it.
 */
#ifndef ENROLL_PROVIDER_DEBUG_H
#define ENROLL_PROVIDER_DEBUG_H

#include "provider/provider.h"

void enroll_debug(const struct enroll_provider *provider, const char *format,
                  ...) __attribute__((format(printf, 2, 3)));

#endif
