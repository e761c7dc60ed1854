/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which folders and files are believed. Ownership by another user is tested
 * where the test runs as root; the rest by modes and links.
 */
#include "core/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "tests/unit/check.h"

static char top[64] = "/tmp/enroll-trust.XXXXXX";
static struct enroll_problem problem;

static const char *at(const char *name)
{
    static char path[2][256];
    static int turn;

    turn = !turn;
    snprintf(path[turn], sizeof(path[turn]), "%s/%s", top, name);
    return path[turn];
}

static enum enroll_found open_root(const char *path)
{
    int fd = -1;
    enum enroll_found found = enroll_trust_open_root(path, &fd, &problem);

    if (found == ENROLL_FOUND)
        close(fd);
    return found;
}

static void make_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(fd >= 0);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK(fchmod(fd, mode) == 0);
    close(fd);
}

static void folders(void)
{
    CHECK(mkdir(at("state"), 0700) == 0);
    CHECK(open_root(at("state")) == ENROLL_FOUND);
    CHECK(open_root(at("state/")) == ENROLL_FOUND);
    CHECK(open_root(at("state/none")) == ENROLL_FOUND_MISSING);
    CHECK(open_root(at("none/state")) == ENROLL_FOUND_MISSING);
    CHECK(open_root("state") == ENROLL_FOUND_BAD);
    CHECK(strstr(problem.line, "absolute") != NULL);
    CHECK(open_root("") == ENROLL_FOUND_BAD);

    CHECK(chmod(at("state"), 0770) == 0);
    CHECK(open_root(at("state")) == ENROLL_FOUND_BAD);
    CHECK(strstr(problem.line, "chmod go-w") != NULL);
    CHECK(chmod(at("state"), 0755) == 0);
    CHECK(open_root(at("state")) == ENROLL_FOUND);

    /* On the way: sticky is fine (/tmp is), plainly writable is not. */
    CHECK(mkdir(at("shared"), 0700) == 0);
    CHECK(mkdir(at("shared/state"), 0700) == 0);
    CHECK(chmod(at("shared"), 0777) == 0);
    CHECK(open_root(at("shared/state")) == ENROLL_FOUND_BAD);
    CHECK(chmod(at("shared"), 01777) == 0);
    CHECK(open_root(at("shared/state")) == ENROLL_FOUND);
}

static void links(void)
{
    CHECK(symlink(at("state"), at("mine")) == 0);
    CHECK(open_root(at("mine")) == ENROLL_FOUND);
    CHECK(symlink("mine", at("twice")) == 0);
    CHECK(open_root(at("twice")) == ENROLL_FOUND);
    CHECK(symlink("loop", at("loop")) == 0);
    CHECK(open_root(at("loop")) == ENROLL_FOUND_BAD);
    CHECK(strstr(problem.line, "from one symbolic link to the next") != NULL);
    if (geteuid() != 0) {
        fprintf(stderr, "not root: planted links are not tested\n");
        return;
    }
    CHECK(lchown(at("mine"), 65534, 65534) == 0);
    CHECK(open_root(at("mine")) == ENROLL_FOUND_BAD);
    CHECK(chown(at("state"), 65534, 65534) == 0);
    CHECK(open_root(at("state")) == ENROLL_FOUND_BAD);
    CHECK(strstr(problem.line, "65534") != NULL);
    CHECK(chown(at("state"), 0, 0) == 0);
}

static enum enroll_found read_file(const char *name, size_t max)
{
    int folder = open(at("state"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *data = NULL;
    size_t length = 0;
    enum enroll_found found =
        enroll_trust_read(folder, name, name, max, &data, &length, &problem);

    if (found == ENROLL_FOUND) {
        CHECK_STRING(data, "hello");
        CHECK(length == 5);
        OPENSSL_clear_free(data, length + 1);
    }
    close(folder);
    return found;
}

static enum enroll_found read_secret(const char *name)
{
    int folder = open(at("state"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *data = NULL;
    size_t length = 0;
    enum enroll_found found = enroll_trust_read_secret(
        folder, name, name, 5, &data, &length, &problem);

    if (found == ENROLL_FOUND)
        OPENSSL_clear_free(data, length + 1);
    close(folder);
    return found;
}

static void files(void)
{
    char remedy[512];

    make_file(at("state/file"), "hello", 0644);
    CHECK(read_file("file", 5) == ENROLL_FOUND);
    CHECK(read_file("file", 4) == ENROLL_FOUND_BAD);
    CHECK(read_file("none", 5) == ENROLL_FOUND_MISSING);
    CHECK(chmod(at("state/file"), 0664) == 0);
    CHECK(read_file("file", 5) == ENROLL_FOUND_BAD);
    snprintf(remedy, sizeof(remedy), "chmod go-w '%s'", at("state/file"));
    CHECK(strstr(problem.line, remedy) != NULL); /* can be copied */
    CHECK(chmod(at("state/file"), 0644) == 0);
    CHECK(symlink("file", at("state/link")) == 0);
    CHECK(read_file("link", 5) == ENROLL_FOUND_BAD);
    CHECK(strstr(problem.line, "symbolic link") != NULL);
    CHECK(mkfifo(at("state/pipe"), 0600) == 0);
    CHECK(read_file("pipe", 5) == ENROLL_FOUND_BAD); /* and does not hang */
    CHECK(chmod(at("state/file"), 0640) == 0);
    CHECK(read_secret("file") == ENROLL_FOUND);
    CHECK(chmod(at("state/file"), 0604) == 0);
    CHECK(read_secret("file") == ENROLL_FOUND_BAD);
    CHECK(problem.class == ENROLL_KEY);
    snprintf(remedy, sizeof(remedy), "chmod o= '%s'", at("state/file"));
    CHECK(strstr(problem.line, remedy) != NULL);
    CHECK(mkdir(at("state/folder"), 0700) == 0);
    CHECK(read_file("folder", 5) == ENROLL_FOUND_BAD);
}

int main(void)
{
    char command[128];

    umask(022);
    if (mkdtemp(top) == NULL) {
        perror("mkdtemp");
        return 1;
    }
    folders();
    links();
    files();
    snprintf(command, sizeof(command), "rm -rf '%s'", top);
    CHECK(system(command) == 0);
    return CHECK_DONE();
}
