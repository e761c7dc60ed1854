/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens libcurl's sockets, to tell a machine that has none to give from a
 * manager that can't be reached: libcurl says the same of both.
 */
#include "hook/protocol/http_socket.h"

#include <errno.h>
#include <sys/socket.h>

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    int *refused = context;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                    address->protocol);

    (void)purpose;
    if (fd >= 0)
        return fd;
    switch (errno) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: *refused = errno; break;
    default: break; /* no such family: libcurl tries the next address */
    }
    return CURL_SOCKET_BAD;
}

int enroll_http_watch_sockets(CURL *easy, int *refused)
{
    *refused = 0;
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, refused) == CURLE_OK;
}
