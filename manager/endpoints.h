/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The endpoints, by where their behaviour comes from.
 */
#ifndef MANAGER_ENDPOINTS_H
#define MANAGER_ENDPOINTS_H

#include "http.h"

/* oauth.c: RFC 6749 client credentials, with Keycloak's errors */
endpoint_fn oauth_token;

/* enroll.c, certificates.c: SCM's REST Enrollment API as documented */
endpoint_fn scm_enroll;
endpoint_fn scm_download;
endpoint_fn scm_status;
endpoint_fn scm_revoke;
endpoint_fn scm_ssl_only;

/* lookup.c, renewal.c: OURS, not SCM's */
endpoint_fn ours_orders;
endpoint_fn ours_renewal;

/* publish.c: RFC 5280 CRLs and issuers; ocsp.c: RFC 6960; tsa.c: RFC 3161 */
endpoint_fn publish_crl;
endpoint_fn publish_issuer;
endpoint_fn ocsp_post;
endpoint_fn ocsp_get;
endpoint_fn tsa_stamp;

#endif
