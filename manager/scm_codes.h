/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Error codes of SCM that the manager gives, as documented in its Admin API
 * (25.5). Which of them the Enrollment API gives when is documented only for
 * -103 and -109 on download; the rest is our reading.
 */
#ifndef MANAGER_SCM_CODES_H
#define MANAGER_SCM_CODES_H

enum scm_code {
    SCM_UNKNOWN_ERROR = -1,
    SCM_INTERNAL_ERROR = -2,
    SCM_NOT_AUTHORIZED = -3,
    SCM_FIELD_MISSING = -7,
    SCM_CSR_NOT_BASE64 = -9,
    SCM_CSR_NOT_DECODED = -10,
    SCM_CSR_ALGORITHM = -11,
    SCM_CSR_KEY_SIZE = -13,
    SCM_CUSTOM_FIELD_MISSING = -62,
    SCM_KEY_INVALID = -78,
    SCM_REVOKE_NOT_ISSUED = -102,
    SCM_NOT_COLLECTED_YET = -103,
    SCM_NOT_AVAILABLE_NOW = -109,
    SCM_REVOKED = -110,
    SCM_CSR_INVALID = -138,
    SCM_KEY_TOO_SMALL = -141,
    SCM_ALREADY_REVOKED = -159,
    SCM_NOT_AVAILABLE = -169,
    SCM_CA_UNAVAILABLE = -195,
    SCM_FIELD_INVALID = -1601,
    SCM_NOT_FOUND = -5101
};

#endif
