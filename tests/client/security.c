/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/client.h"

#include <nettle/des.h>
#include <string.h>

static void run_none(struct client *client)
{
    (void)client;
}

const struct client_security client_security_none = {1, "None", run_none};

static uint8_t reverse_bits(uint8_t byte)
{
    uint8_t reversed = 0;

    for (int i = 0; i < 8; i++)
        reversed |= (uint8_t)((byte >> i & 1) << (7 - i));
    return reversed;
}

/* DES key from a password: 8 bytes, padded with zeros, the bits of each byte in reverse. */
static void make_key(const char *password, uint8_t *key)
{
    size_t length = strnlen(password, DES_KEY_SIZE);

    memset(key, 0, DES_KEY_SIZE);
    for (size_t i = 0; i < length; i++)
        key[i] = reverse_bits((uint8_t)password[i]);
}

static void run_vnc(struct client *client)
{
    uint8_t challenge[16], response[16], key[DES_KEY_SIZE];
    struct des_ctx des;

    client_read_bytes(client, challenge, sizeof challenge);
    make_key(client->options.password ? client->options.password : "", key);
    /* Nettle sets the key even when it calls it weak, and a password may well be. */
    des_set_key(&des, key);
    des_encrypt(&des, sizeof challenge, response, challenge);
    client_send_raw(client, response, sizeof response);
}

const struct client_security client_security_vnc = {2, "VNC authentication", run_vnc};
