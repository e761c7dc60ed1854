/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol's transport: whole messages, deadlines, and what isn't ours. */
#include "core/wire.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/check.h"

static struct enroll_wire wire;
static int peer;

static void begin(void)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        perror("socketpair");
        check_failures++;
        return;
    }
    memset(&wire, 0, sizeof(wire));
    wire.fd = pair[0];
    peer = pair[1];
}

static void finish(void)
{
    close(wire.fd);
    close(peer);
}

static void say(const char *text)
{
    CHECK(write(peer, text, strlen(text)) == (ssize_t)strlen(text));
}

static enum enroll_wire_result receive(struct enroll_record **record)
{
    return enroll_wire_receive(&wire, ENROLL_WIRE_REPLY,
                               enroll_monotonic_ms() + 20, record);
}

static void messages_arrive_in_pieces(void)
{
    struct enroll_record *record = NULL;

    begin();
    say("enroll-reply=1\nprogress=a\nen");
    CHECK(receive(&record) == ENROLL_WIRE_TIMEOUT);
    say("d\nenroll-reply=1\nclass=ok\nend\n");
    CHECK(receive(&record) == ENROLL_WIRE_OK);
    CHECK_STRING(enroll_record_get(record, "progress"), "a");
    enroll_record_free(record);
    CHECK(receive(&record) == ENROLL_WIRE_OK);
    CHECK_STRING(enroll_record_get(record, "class"), "ok");
    enroll_record_free(record);
    finish();
}

static void closed_and_garbage_are_told_apart(void)
{
    struct enroll_record *record = NULL;

    begin();
    shutdown(peer, SHUT_WR);
    CHECK(receive(&record) == ENROLL_WIRE_CLOSED);
    finish();

    begin();
    say("Segmentation fault\nend\n");
    CHECK(receive(&record) == ENROLL_WIRE_GARBAGE);
    finish();

    begin();
    say("enroll-reply=1\nclass=ok\n"); /* no end: died in the middle */
    shutdown(peer, SHUT_WR);
    CHECK(receive(&record) == ENROLL_WIRE_GARBAGE);
    finish();
}

static void too_much_is_garbage(void)
{
    static char junk[4096];
    struct enroll_record *record = NULL;
    enum enroll_wire_result result = ENROLL_WIRE_TIMEOUT;

    begin();
    memset(junk, 'x', sizeof(junk));
    for (int i = 0; i < 32 && result == ENROLL_WIRE_TIMEOUT; i++) {
        CHECK(write(peer, junk, sizeof(junk)) == sizeof(junk));
        result = receive(&record);
    }
    CHECK(result == ENROLL_WIRE_GARBAGE);
    finish();
}

static void sending_to_nobody_fails(void)
{
    struct enroll_record *record = enroll_record_new(ENROLL_WIRE_REQUEST);

    begin();
    close(peer);
    CHECK(!enroll_wire_send(wire.fd, record, enroll_monotonic_ms() + 20));
    enroll_record_free(record);
    close(wire.fd);
}

int main(void)
{
    messages_arrive_in_pieces();
    closed_and_garbage_are_told_apart();
    too_much_is_garbage();
    sending_to_nobody_fails();
    return CHECK_DONE();
}
