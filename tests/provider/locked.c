/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds the lock of an identity (fcntl(2), F_OFD_SETLK) while a command runs:
 * locked FILE COMMAND...
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd =
        argc < 3 ? -1 : open(argv[1], O_RDWR); /* the command inherits it */

    if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) != 0) {
        perror("locked");
        return 70;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 70;
}
