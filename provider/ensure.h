/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ensure = PROFILE`: makes an identity ready while the provider is loaded,
 * which is before a tool opens its certificate file.
 */
#ifndef ENROLL_PROVIDER_ENSURE_H
#define ENROLL_PROVIDER_ENSURE_H

#include "provider/provider.h"

/*
 * One small read where nothing is due, and nothing at all in programs that
 * ensure-for does not name. Otherwise waits for the hook. Whatever comes of
 * it, the provider is loaded.
 */
void enroll_ensure(struct enroll_provider *provider);

#endif
