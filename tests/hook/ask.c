/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks `enroll-hook answer` as the provider does, and prints the replies:
 *
 *   hook-ask HOOK NAME=VALUE...
 *
 * Ends with 0 where the last reply is of class ok, otherwise with 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/wire.h"

#define DEADLINE_MS 60000LL

static int start(const char *hook)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return -1;
    if (fork() == 0) {
        dup2(pair[1], STDIN_FILENO);
        close(pair[0]);
        close(pair[1]);
        execl(hook, hook, "answer", (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    return pair[0];
}

static struct enroll_record *make_request(int count, char **items)
{
    struct enroll_record *request = enroll_record_new(ENROLL_WIRE_REQUEST);

    for (int i = 0; request != NULL && i < count; i++) {
        char *value = strchr(items[i], '=');

        if (value == NULL)
            return NULL;
        *value++ = '\0';
        if (!enroll_record_set(request, items[i], "%s", value))
            return NULL;
    }
    return request;
}

static void print(const struct enroll_record *reply)
{
    const char *name = NULL, *value = NULL;

    for (size_t i = 0; enroll_record_line(reply, i, &name, &value); i++)
        printf("%s=%s\n", name, value);
}

int main(int argc, char **argv)
{
    static struct enroll_wire wire;
    long long deadline = enroll_monotonic_ms() + DEADLINE_MS;
    struct enroll_record *record = NULL;
    const char *class = NULL;
    int ok = 0;

    if (argc < 3 || (wire.fd = start(argv[1])) < 0 ||
        (record = make_request(argc - 2, argv + 2)) == NULL ||
        !enroll_wire_send(wire.fd, record, deadline))
        return 1;
    enroll_record_free(record);
    while (class == NULL &&
           enroll_wire_receive(&wire, ENROLL_WIRE_REPLY, deadline, &record) ==
               ENROLL_WIRE_OK) {
        print(record);
        class = enroll_record_get(record, "class");
        ok = class != NULL && strcmp(class, "ok") == 0;
        enroll_record_free(record);
    }
    return ok ? 0 : 1;
}
