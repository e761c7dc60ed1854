/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls osslsigncode. Called by sign for each file and by check once; knows
 * how the versions differ, so that nobody else has to.
 */
#include "hook/sign/tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/uri.h"
#include "core/wire.h"
#include "hook/sign/child.h"
#include "hook/sign/environment.h"

#define ARGUMENTS_MAX   24
#define VERSION_TIMEOUT 10

struct arguments {
    const char *list[ARGUMENTS_MAX + 1];
    size_t count;
};

/* More than ARGUMENTS_MAX is a mistake of ours; the tool then says usage. */
static void add(struct arguments *arguments, const char *argument)
{
    if (arguments->count < ARGUMENTS_MAX)
        arguments->list[arguments->count++] = argument;
}

static void add_pair(struct arguments *arguments, const char *option,
                     const char *value)
{
    if (value == NULL)
        return;
    add(arguments, option);
    add(arguments, value);
}

static void begin(struct arguments *arguments, const char *command)
{
    memset(arguments, 0, sizeof(*arguments));
    add(arguments, "osslsigncode");
    add(arguments, command);
}

static int run(struct enroll_tool *tool, const struct arguments *arguments,
               char **environment, struct enroll_child *child,
               struct enroll_problem *problem)
{
    memset(child, 0, sizeof(*child));
    child->path = tool->path;
    child->argv = arguments->list;
    child->envp = environment;
    child->deadline = enroll_monotonic_ms() + tool->timeout * 1000;
    child->interrupt = tool->interrupt;
    return enroll_child_run(child, problem);
}

static int said(const struct enroll_child *child, enum enroll_class class,
                const char *doing, struct enroll_problem *problem)
{
    char line[512];

    return enroll_problem_set(
        problem, class, "osslsigncode cannot %s (status %d): %s", doing,
        child->status, enroll_child_says(child, line, sizeof(line)));
}

/* Why it would not sign: the file, the key, or something of its own. */
static enum enroll_class class_of_refusal(const struct enroll_child *child)
{
    if (strcasestr(child->output, "unrecognized file type") != NULL ||
        strcasestr(child->output, "unsupported input file type") != NULL)
        return ENROLL_USAGE;
    if (strstr(child->output, "enroll:") != NULL ||
        strstr(child->output, "private key") != NULL)
        return ENROLL_KEY;
    return ENROLL_VERIFICATION;
}

static int exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

/* ------------------------------------------------------------- which one */

static int find_in(const char *folders, char path[PATH_MAX])
{
    while (*folders != '\0') {
        size_t length = strcspn(folders, ":");
        int written =
            snprintf(path, PATH_MAX, "%.*s/osslsigncode", (int)length, folders);
        struct stat st;

        /* A relative entry of PATH would be another tool in each folder. */
        if (folders[0] == '/' && written > 0 && written < PATH_MAX &&
            stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
            access(path, X_OK) == 0)
            return 1;
        folders += length;
        folders += strspn(folders, ":");
    }
    return 0;
}

int enroll_tool_find(struct enroll_tool *tool, struct enroll_problem *problem)
{
    const char *folders = getenv("PATH");
    static const char *const argv[] = {"osslsigncode", "--version", NULL};
    struct enroll_child child = {.path = tool->path,
                                 .argv = argv,
                                 .envp = environ,
                                 .interrupt = tool->interrupt};
    const char *at;

    if (!find_in(folders == NULL ? "/usr/local/bin:/usr/bin:/bin" : folders,
                 tool->path))
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "osslsigncode is not installed (looked in PATH: %s); install it, "
            "on Debian: apt install osslsigncode",
            folders == NULL ? "not set" : folders);
    child.deadline = enroll_monotonic_ms() + VERSION_TIMEOUT * 1000;
    if (!enroll_child_run(&child, problem))
        return 0;
    at = strstr(child.output, "osslsigncode ");
    if (at == NULL ||
        sscanf(at, "osslsigncode %d.%d", &tool->major, &tool->minor) != 2)
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "%s does not say its version, so it is not the osslsigncode it is "
            "taken for; put the real one first in PATH",
            tool->path);
    return 1;
}

int enroll_tool_at_least(const struct enroll_tool *tool, int major, int minor)
{
    return tool->major > major ||
           (tool->major == major && tool->minor >= minor);
}

/* Opens the key with OSSL_STORE, so that a URI will do. */
static int takes_uri(const struct enroll_tool *tool)
{
    return enroll_tool_at_least(tool, 2, 10);
}

const char *enroll_tool_road(const struct enroll_tool *tool)
{
    return takes_uri(tool) ? "URI" : "identity file";
}

int enroll_tool_environment(struct enroll_tool *tool, const char *conf,
                            const struct enroll_places *places,
                            struct enroll_problem *problem)
{
    tool->environment = enroll_environment_new(conf, places);
    tool->quiet_environment = enroll_environment_new("/dev/null", places);
    if (tool->environment != NULL && tool->quiet_environment != NULL)
        return 1;
    return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
}

void enroll_tool_clear(struct enroll_tool *tool)
{
    enroll_environment_free(tool->environment);
    enroll_environment_free(tool->quiet_environment);
    tool->environment = tool->quiet_environment = NULL;
}

/* ----------------------------------------------------------- what it does */

/* osslsigncode took the job and says it is done, but is it? */
static int made(const struct enroll_child *child, const char *out,
                const char *doing, struct enroll_problem *problem)
{
    if (child->status != 0)
        return said(child, class_of_refusal(child), doing, problem);
    if (!exists(out))
        return enroll_problem_set(problem, ENROLL_VERIFICATION,
                                  "osslsigncode says it could %s, but wrote "
                                  "nothing; is it the real one?",
                                  doing);
    return 1;
}

int enroll_tool_sign(struct enroll_tool *tool,
                     const struct enroll_tool_key *key, const char *in,
                     const char *out, struct enroll_problem *problem)
{
    char uri[ENROLL_URI_MAX];
    struct arguments arguments;
    struct enroll_child child;

    begin(&arguments, "sign");
    if (takes_uri(tool)) {
        snprintf(uri, sizeof(uri), "enroll://%s?generation=%lu", key->profile,
                 key->generation);
        add_pair(&arguments, "-pkcs12", uri);
    } else {
        add_pair(&arguments, "-certs", key->identity);
        add_pair(&arguments, "-key", key->identity);
    }
    /* It would insist on a legacy.so that may not be installed. */
    if (enroll_tool_at_least(tool, 2, 8))
        add(&arguments, "-nolegacy");
    add_pair(&arguments, "-h", "sha256");
    add_pair(&arguments, "-n", key->description);
    add_pair(&arguments, "-i", key->info_url);
    add_pair(&arguments, "-in", in);
    add_pair(&arguments, "-out", out);
    return run(tool, &arguments, tool->environment, &child, problem) &&
           made(&child, out, "sign it", problem);
}

int enroll_tool_extract(struct enroll_tool *tool, const char *in,
                        const char *signature, struct enroll_problem *problem)
{
    struct arguments arguments;
    struct enroll_child child;

    begin(&arguments, "extract-signature");
    /* As DER, 2.5 leaves PE's own header in front. */
    add(&arguments, "-pem");
    add_pair(&arguments, "-in", in);
    add_pair(&arguments, "-out", signature);
    if (!run(tool, &arguments, tool->quiet_environment, &child, problem))
        return 0;
    return child.status == 0 && exists(signature) ? 1 : -1;
}

int enroll_tool_attach(struct enroll_tool *tool, const char *in,
                       const char *signature, const char *nothing,
                       const char *out, struct enroll_problem *problem)
{
    struct arguments arguments;
    struct enroll_child child;

    begin(&arguments, "attach-signature");
    if (!enroll_tool_at_least(tool, 2, 14)) {
        add_pair(&arguments, "-CAfile", nothing);
        add_pair(&arguments, "-TSA-CAfile", nothing);
    }
    add_pair(&arguments, "-sigin", signature);
    add_pair(&arguments, "-in", in);
    add_pair(&arguments, "-out", out);
    if (!run(tool, &arguments, tool->quiet_environment, &child, problem))
        return 0;
    if (!enroll_tool_at_least(tool, 2, 14) && exists(out))
        return 1;
    return made(&child, out, "attach the time-stamped signature", problem);
}

int enroll_tool_verify(struct enroll_tool *tool,
                       const struct enroll_profile *profile, const char *file,
                       struct enroll_problem *problem)
{
    struct arguments arguments;
    struct enroll_child child;

    begin(&arguments, "verify");
    /*
     * Revocation is the lifecycle's to watch. Here an unreachable CRL server
     * would stop every build, and osslsigncode waits for a silent one for
     * ever. 2.5 fetches nothing; 2.6 to 2.8 can't be kept from it.
     */
    if (enroll_tool_at_least(tool, 2, 9))
        add(&arguments, "-ignore-crl");
    add_pair(&arguments, "-CAfile", profile->anchor);
    add_pair(&arguments, "-TSA-CAfile", profile->tsa_ca_file);
    add_pair(&arguments, "-in", file);
    if (!run(tool, &arguments, tool->quiet_environment, &child, problem))
        return 0;
    if (child.status != 0)
        return said(&child, ENROLL_VERIFICATION, "verify what was signed",
                    problem);
    return 1;
}
