/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a proxy puts before a connection. */
#include <config.h>
#include "server/proxy_header.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct reader in = reader_over(data, n);
    struct sockaddr_storage peer = {.ss_family = AF_PACKET};
    const char *why = NULL;
    int result = proxy_header_parse(&in, &peer, &why);
    size_t taken = (size_t)(in.at - data);
    fuzz_check(!in.more && in.end == data + n);
    if (result > 0) {
        fuzz_check(taken > 0 && taken <= PROXY_BINARY_MOST);
        fuzz_check(peer.ss_family == AF_UNSPEC || peer.ss_family == AF_INET ||
                   peer.ss_family == AF_INET6);
        fuzz_read(&peer, sizeof(peer));
    } else {
        fuzz_check(taken == 0 && peer.ss_family == AF_PACKET);
        fuzz_check(result == 0 ? n < PROXY_BINARY_MOST : why != NULL);
    }
    return 0;
}
