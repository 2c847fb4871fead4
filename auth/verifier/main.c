/* SPDX-License-Identifier: GPL-2.0-or-later */
/* holdfast-verifier: options, and the daemon's socket. */
#include <config.h>
#include "auth/verifier/process.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHANNEL = 3 };

static const char usage[] =
    "Usage: holdfast-verifier [--confdir DIR]\n"
    "Checks passwords for holdfastd, which starts it with a socket as descriptor 3.\n\n"
    "      --confdir DIR  look for PAM services in DIR only (for tests)\n"
    "      --help         this text\n"
    "      --version      the version\n";

static bool is_packet_socket(int fd)
{
    int type = 0;
    socklen_t n = sizeof(type);
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_SEQPACKET;
}

int main(int argc, char **argv)
{
    static const struct option table[] = {
        {"confdir", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {0},
    };
    const char *confdir = NULL;
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (c == 'd') {
            confdir = optarg;
        } else if (c == 'V') {
            puts("holdfast-verifier " PACKAGE_VERSION);
            return EXIT_SUCCESS;
        } else {
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? EXIT_SUCCESS : 2;
        }
    }
    if (optind < argc || !is_packet_socket(CHANNEL)) {
        fputs(usage, stderr);
        return 2;
    }
    close_range(CHANNEL + 1, ~0U, 0);
    return verifier_process_run(CHANNEL, confdir) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
