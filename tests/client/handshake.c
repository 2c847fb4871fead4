/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/private.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REASON_MOST = 65536,
    NAME_MOST = 1 << 20,
    RESULT_OK = 0,
    RESULT_FAILED = 1,
    RESULT_TOO_MANY = 2,
};

static bool failed(const struct client *client)
{
    return client_fault_is(&client->fault);
}

/* The number of "RFB xxx.yyy\n" as 1000 * xxx + yyy, or -1. */
static int parse_version(const uint8_t *text)
{
    static const int digits[] = {4, 5, 6, 8, 9, 10};
    int number = 0;

    if (memcmp(text, "RFB ", 4) != 0 || text[7] != '.' || text[11] != '\n')
        return -1;
    for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++) {
        if (!isdigit(text[digits[i]]))
            return -1;
        number = number * 10 + (text[digits[i]] - '0');
    }
    return number;
}

/*
 * The version to ask for: never more than the server offers. 3.889 is what Apple's viewer says
 * to any server of 3.8; elsewhere it is treated as 3.8.
 */
static int choose_version(int wanted, int offered)
{
    if (wanted == 3889 && offered >= 3008)
        return 3889;
    if (wanted == 3889)
        wanted = 3008;
    return wanted < offered ? wanted : offered;
}

static void agree_on_version(struct client *client)
{
    int wanted = client->options.version ? client->options.version : 3008;
    uint8_t text[12];
    char answer[32];

    client_read_bytes(client, text, sizeof text);
    if (failed(client))
        return;
    client->server_version = parse_version(text);
    if (client->server_version != 3003 && client->server_version != 3007 &&
        client->server_version != 3008 && client->server_version != 3889) {
        client_fault_blame(&client->fault, "'%.11s' is no version of RFB", (const char *)text);
        return;
    }
    client->version = choose_version(wanted, client->server_version);
    snprintf(answer, sizeof answer, "RFB %03d.%03d\n", client->version / 1000 % 1000,
             client->version % 1000);
    client_send_raw(client, answer, sizeof text);
}

/* Takes a reason and records it as the fault. */
static void take_refusal(struct client *client, int error, const char *what)
{
    uint32_t length = client_read_u32(client);
    uint8_t *reason = client_source_take(&client->source, length, REASON_MOST, "a reason");

    if (reason)
        client_fault_set(&client->fault, error, "%s: '%s'", what, (const char *)reason);
    free(reason);
}

static void take_types(struct client *client)
{
    if (client->version == 3003) {
        uint32_t type = client_read_u32(client);

        if (type > 2)
            client_fault_blame(&client->fault, "security type %u in RFB 3.3", (unsigned)type);
        client->security_types[0] = (uint8_t)type;
        client->security_count = type ? 1 : 0;
    } else {
        client->security_count = client_read_u8(client);
        client_read_bytes(client, client->security_types, client->security_count);
        if (client->security_count > 0 &&
            memchr(client->security_types, 0, client->security_count) && !failed(client))
            client_fault_blame(&client->fault, "security type 0 in the list");
    }
    if (client->security_count == 0 && !failed(client))
        take_refusal(client, -EACCES, "the server refuses the connection");
}

static const struct client_security *choose_built_in(const struct client *client)
{
    for (size_t i = 0; i < client->security_count; i++) {
        if (client->security_types[i] == client_security_none.type)
            return &client_security_none;
        if (client->security_types[i] == client_security_vnc.type && client->options.password)
            return &client_security_vnc;
    }
    return NULL;
}

static void take_security_result(struct client *client)
{
    uint32_t result = client_read_u32(client);

    if (failed(client) || result == RESULT_OK)
        return;
    if (result != RESULT_FAILED && result != RESULT_TOO_MANY)
        client_fault_blame(&client->fault, "SecurityResult %u", (unsigned)result);
    else if (client->version >= 3008)
        take_refusal(client, -EACCES, "the login failed");
    else
        client_fault_set(&client->fault, -EACCES, "the login failed");
}

static void agree_on_security(struct client *client)
{
    const struct client_security *security;

    take_types(client);
    if (failed(client))
        return;
    security =
        client->options.choose_security
            ? client->options.choose_security(client, client->security_types,
                                              client->security_count, client->options.arg)
            : choose_built_in(client);
    if (!security) {
        client_fault_set(&client->fault, -EOPNOTSUPP, "no security type fits");
        return;
    }
    client->security_type = security->type;
    if (client->version != 3003)
        client_send_raw(client, &security->type, 1);
    security->run(client);
    /* RFC 6143 section 7.2.1 and appendix A: None has no result before 3.8. */
    if (security->type != client_security_none.type || client->version >= 3008)
        take_security_result(client);
}

static void take_server_init(struct client *client)
{
    uint8_t wire[CLIENT_FORMAT_BYTES];
    int width_px = client_read_u16(client);
    int height_px = client_read_u16(client);
    const char *wrong;
    uint32_t length;

    client_read_bytes(client, wire, sizeof wire);
    client_format_parse(&client->server_format, wire);
    length = client_read_u32(client);
    client->name = (char *)client_source_take(&client->source, length, NAME_MOST, "a name");
    if (failed(client))
        return;
    wrong = client_format_check(&client->server_format);
    if (wrong)
        client_fault_blame(&client->fault, "the server's pixel format: %s", wrong);
    if (width_px == 0 || height_px == 0)
        client_remark(client, "a framebuffer of %dx%d", width_px, height_px);
    client->format = client->server_format;
    client_picture_resize(&client->picture, width_px, height_px);
}

void client_handshake(struct client *client)
{
    uint8_t shared = client->options.exclusive ? 0 : 1;

    agree_on_version(client);
    if (!failed(client))
        agree_on_security(client);
    if (failed(client))
        return;
    client_send_raw(client, &shared, 1);
    take_server_init(client);
}
