/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installed osslsigncode, whatever its version (2.5 to 2.14 are tested):
 * one function for each thing that is asked of it. It is only ever given
 * paths, never a secret, and never a URL: it waits without end for a silent
 * time-stamp authority or CRL server, so everything from the network comes
 * through us.
 */
#ifndef ENROLL_HOOK_SIGN_TOOL_H
#define ENROLL_HOOK_SIGN_TOOL_H

#include <limits.h>

#include "core/places.h"
#include "hook/profile.h"
#include "hook/sign/interrupt.h"

struct enroll_tool {
    char path[PATH_MAX];
    int major, minor;
    char **environment;       /* of the run that needs the key */
    char **quiet_environment; /* of the others: no provider is loaded */
    long timeout;             /* seconds, for one run */
    struct enroll_interrupt *interrupt;
};

/* What is to be signed with, and how. */
struct enroll_tool_key {
    const char *profile;
    unsigned long generation;
    const char *identity;               /* the generation's identity.pem */
    const char *description, *info_url; /* NULL: none */
};

/* The first osslsigncode in PATH and its version. 1, or 0 and *problem. */
int enroll_tool_find(struct enroll_tool *tool, struct enroll_problem *problem);

/* The environment for its runs; conf is the path of our openssl.cnf. */
int enroll_tool_environment(struct enroll_tool *tool, const char *conf,
                            const struct enroll_places *places,
                            struct enroll_problem *problem);
void enroll_tool_clear(struct enroll_tool *tool);

int enroll_tool_at_least(const struct enroll_tool *tool, int major, int minor);

/* Which of the two roads this version takes to the key. */
const char *enroll_tool_road(const struct enroll_tool *tool);

/* in -> out, no time stamp. out must not exist yet. */
int enroll_tool_sign(struct enroll_tool *tool,
                     const struct enroll_tool_key *key, const char *in,
                     const char *out, struct enroll_problem *problem);

/*
 * The signature of in as PEM. 1; 0 and *problem; -1: there is none, or this is
 * no kind of file osslsigncode knows.
 */
int enroll_tool_extract(struct enroll_tool *tool, const char *in,
                        const char *signature, struct enroll_problem *problem);

/*
 * in with that signature -> out. nothing is an empty file: versions up to 2.13
 * verify what they have made and fetch CRLs for it, which an empty -CAfile
 * keeps them from. What they say then is not looked at; out is.
 */
int enroll_tool_attach(struct enroll_tool *tool, const char *in,
                       const char *signature, const char *nothing,
                       const char *out, struct enroll_problem *problem);

/* Digest of the file, signature and chain. */
int enroll_tool_verify(struct enroll_tool *tool,
                       const struct enroll_profile *profile, const char *file,
                       struct enroll_problem *problem);

#endif
