/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/machine.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void machine_uuid_text(const uint8_t u[16], char text_r[37])
{
    snprintf(text_r, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12],
             u[13], u[14], u[15]);
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef",
               *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool machine_uuid_parse(const char *text, uint8_t uuid_r[16])
{
    uint8_t uuid[16];
    if (strlen(text) != 36)
        return false;
    for (unsigned i = 0, at = 0; i < 16; i++, at += 2) {
        if ((at == 8 || at == 13 || at == 18 || at == 23) && text[at++] != '-')
            return false;
        int high = hex(text[at]), low = hex(text[at + 1]);
        if (high < 0 || low < 0)
            return false;
        uuid[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(uuid_r, uuid, 16);
    return true;
}
