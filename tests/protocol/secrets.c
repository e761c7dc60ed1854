/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets by reference: what is read, what is refused, and in which words. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/secret.h"

#include "tests/unit/check.h"

#define CANARY "c4nary"

static char folder[] = "/tmp/enroll-secrets.XXXXXX";

/* A path in folder, of the last four asked for. */
static const char *path(const char *name)
{
    static char paths[4][256];
    static size_t turn;
    char *text = paths[turn++ % 4];

    snprintf(text, sizeof(paths[0]), "%s/%s", folder, name);
    return text;
}

static void put(const char *name, const char *bytes, size_t length, mode_t mode)
{
    int fd = open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
    CHECK(fchmod(fd, mode) == 0);
    close(fd);
}

static void put_text(const char *name, const char *text, mode_t mode)
{
    put(name, text, strlen(text), mode);
}

static void gives(const char *reference, const char *expected)
{
    char *secret = NULL;
    struct enroll_problem problem = {ENROLL_OK, ""};

    if (!enroll_secret_read("p", "client-secret", reference, &secret, &problem))
        fprintf(stderr, "%s\n", problem.line);
    CHECK_STRING(secret, expected);
    enroll_secret_free(secret);
}

/* words: what the line has to say besides profile and key. */
static void refuses(const char *reference, const char *words)
{
    char *secret = NULL;
    struct enroll_problem problem = {ENROLL_OK, ""};

    CHECK(!enroll_secret_read("p", "client-secret", reference, &secret,
                              &problem));
    CHECK(secret == NULL);
    CHECK(problem.class == ENROLL_CONFIGURATION);
    if (strstr(problem.line, words) == NULL) {
        fprintf(stderr, "'%s' does not say '%s'\n", problem.line, words);
        check_failures++;
    }
    CHECK(strncmp(problem.line, "p: client-secret", 16) == 0);
    CHECK(strstr(problem.line, CANARY) == NULL);
}

static const char *file(const char *name)
{
    static char text[300];

    snprintf(text, sizeof(text), "file:%s", path(name));
    return text;
}

/* ----- schemes ----- */

static void files(void)
{
    char large[ENROLL_SECRET_MAX + 3];

    put_text("good", CANARY "!=]~.\n", 0600);
    gives(file("good"), CANARY "!=]~.");
    put_text("read-only", CANARY, 0400);
    gives(file("read-only"), CANARY);
    put_text("two-lines", CANARY "\n\n", 0600);
    refuses(file("two-lines"), "line break");
    put_text("windows", CANARY "\r\n", 0600);
    refuses(file("windows"), "Windows");
    put("nul", CANARY "\0x", sizeof(CANARY) + 1, 0600);
    refuses(file("nul"), "control character");
    put_text("empty", "", 0600);
    refuses(file("empty"), "empty");
    put_text("newline", "\n", 0600);
    refuses(file("newline"), "empty");

    memset(large, 'x', sizeof(large));
    put("largest", large, ENROLL_SECRET_MAX, 0600);
    large[ENROLL_SECRET_MAX] = '\0';
    gives(file("largest"), large);
    large[ENROLL_SECRET_MAX] = '\n';
    put("largest", large, ENROLL_SECRET_MAX + 1, 0600);
    large[ENROLL_SECRET_MAX] = '\0';
    gives(file("largest"), large);
    large[ENROLL_SECRET_MAX] = 'x';
    put("too-large", large, ENROLL_SECRET_MAX + 1, 0600);
    refuses(file("too-large"), "4096");
    put("too-large", large, ENROLL_SECRET_MAX + 2, 0600);
    refuses(file("too-large"), "4096");

    refuses(file("missing"), "no such file");
    refuses("file:relative", "not absolute");
    refuses("file:", "not absolute");
    refuses("file:/dev/zero", "not a regular file");
    refuses(file("."), "not a regular file");
    CHECK(mkfifo(path("pipe"), 0600) == 0);
    refuses(file("pipe"), "not a regular file");
    CHECK(symlink("good", path("link")) == 0);
    refuses(file("link"), "symbolic link");
}

static void modes(void)
{
    static const mode_t bad[] = {0640, 0620, 0610, 0604, 0602, 0601, 0444};
    char remedy[300];

    snprintf(remedy, sizeof(remedy), "run: chmod 600 '%s'", path("mode"));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        put_text("mode", CANARY, bad[i]);
        refuses(file("mode"), remedy);
    }
    if (geteuid() != 0)
        return;
    CHECK(chown(path("good"), 12345, 0) == 0);
    refuses(file("good"), "belongs to user 12345");
    CHECK(chown(path("good"), 0, 0) == 0);
}

static void credentials(void)
{
    CHECK(unsetenv("CREDENTIALS_DIRECTORY") == 0);
    refuses("credential:scm", "LoadCredential=");
    CHECK(setenv("CREDENTIALS_DIRECTORY", "relative", 1) == 0);
    refuses("credential:scm", "LoadCredential=");
    CHECK(setenv("CREDENTIALS_DIRECTORY", folder, 1) == 0);
    put_text("scm", CANARY, 0400);
    gives("credential:scm", CANARY);
    put_text("acl", CANARY, 0440); /* as systemd leaves it with an ACL */
    gives("credential:acl", CANARY);
    put_text("open", CANARY, 0444);
    refuses("credential:open", "other users");
    refuses("credential:missing", "no such file");
    refuses("credential:", "no name");
    refuses("credential:..", "no name");
    refuses("credential:.hidden", "no name");
    refuses("credential:../scm", "no name");
    refuses("credential:a/b", "no name");
}

static void environment(void)
{
    CHECK(setenv("ENROLL_SECRET_SCM", CANARY, 1) == 0);
    CHECK(setenv("OTHER", CANARY, 1) == 0);
    CHECK(setenv("ENROLL_SECRET_EMPTY", "", 1) == 0);
    gives("env:ENROLL_SECRET_SCM", CANARY);
    refuses("env:ENROLL_SECRET_NONE", "not set");
    refuses("env:ENROLL_SECRET_EMPTY", "empty");
    refuses("env:OTHER", "ENROLL_SECRET_");
    refuses("env:", "ENROLL_SECRET_");
}

static void descriptors(void)
{
    int ends[2] = {-1, -1};
    char reference[16];

    CHECK(pipe(ends) == 0);
    CHECK(write(ends[1], CANARY "\n", sizeof(CANARY)) == sizeof(CANARY));
    close(ends[1]);
    snprintf(reference, sizeof(reference), "fd:%d", ends[0]);
    gives(reference, CANARY);
    refuses(reference, "not open"); /* read once, and closed */

    refuses("fd:", "no number");
    refuses("fd:1", "no number");
    refuses("fd:2", "no number");
    refuses("fd:-1", "no number");
    refuses("fd:3x", "no number");
    refuses("fd: 3", "no number");
    refuses("fd:99999999999999999999", "no number");
    refuses("fd:1000000", "not open");
}

static void others(void)
{
    /* Who writes the secret itself is not shown it in a message. */
    refuses(CANARY, "not a reference");
    refuses("", "not a reference");
    refuses("FILE:/x", "not a reference");
    enroll_secret_free(NULL);
}

static void clean(void)
{
    static const char *const names[] = {
        "good",  "read-only", "two-lines", "windows",   "nul",
        "empty", "newline",   "largest",   "too-large", "pipe",
        "link",  "mode",      "scm",       "acl",       "open"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(path(names[i]));
    CHECK(rmdir(folder) == 0);
}

int main(void)
{
    CHECK(mkdtemp(folder) != NULL);
    files();
    modes();
    credentials();
    environment();
    descriptors();
    others();
    clean();
    return CHECK_DONE();
}
