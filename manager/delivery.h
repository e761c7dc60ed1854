/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a download holds: leaf, then intermediate, no root; or, where a fault
 * asks for it, something else.
 */
#ifndef MANAGER_DELIVERY_H
#define MANAGER_DELIVERY_H

#include <stddef.h>

struct authority;
struct order;

/*
 * how: NULL, the name of a leaf's defect (delivered well) or one that
 * delivery_known() knows. The body is to be freed. Returns 1 or 0.
 */
int delivery_make(const struct authority *ca, const struct order *order,
                  const char *how, char **body, size_t *length);

#endif
