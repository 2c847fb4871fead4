/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/vmmouse.h"

#define VMPORT_MAGIC 0x564d5868u
#define VMPORT 0x5658u

#define VMPORT_GET_VERSION 10u
#define VMPORT_MOUSE_DATA 39u
#define VMPORT_MOUSE_STATUS 40u
#define VMPORT_MOUSE_COMMAND 41u

#define MOUSE_COMMAND_READ_ID 0x45414552u
#define MOUSE_COMMAND_ABSOLUTE 0x53424152u
#define MOUSE_COMMAND_DISABLE 0xf5u
#define MOUSE_ID 0x3442554au
#define MOUSE_STATUS_ERROR 0xffff0000u
#define MOUSE_STATUS_WORDS 0xffffu
#define MOUSE_EVENT_WORDS 4u

#define BUTTON_LEFT 0x20u
#define BUTTON_RIGHT 0x10u
#define BUTTON_MIDDLE 0x08u

struct vmport_registers {
    uint32_t eax;
    uint32_t ebx;
    uint32_t ecx;
    uint32_t edx;
};

static struct vmport_registers vmport_call(uint32_t command, uint32_t argument)
{
    struct vmport_registers r = {VMPORT_MAGIC, argument, command, VMPORT};
    uint32_t esi = 0;
    uint32_t edi = 0;

    __asm__ volatile("inl %%dx, %%eax"
                     : "+a"(r.eax), "+b"(r.ebx), "+c"(r.ecx), "+d"(r.edx), "+S"(esi), "+D"(edi)
                     :
                     : "memory");
    return r;
}

static uint32_t vmmouse_status(void)
{
    return vmport_call(VMPORT_MOUSE_STATUS, 0).eax;
}

bool vmmouse_enable(void)
{
    if (vmport_call(VMPORT_GET_VERSION, ~VMPORT_MAGIC).ebx != VMPORT_MAGIC)
        return false;
    vmport_call(VMPORT_MOUSE_COMMAND, MOUSE_COMMAND_READ_ID);
    /* Events of an earlier use may stand before the id. */
    uint32_t status = vmmouse_status();
    if ((status & MOUSE_STATUS_ERROR) == MOUSE_STATUS_ERROR)
        return false;
    uint32_t last = 0;
    for (uint32_t words = status & MOUSE_STATUS_WORDS; words > 0; words--)
        last = vmport_call(VMPORT_MOUSE_DATA, 1).eax;
    if (last != MOUSE_ID)
        return false;
    vmport_call(VMPORT_MOUSE_COMMAND, MOUSE_COMMAND_ABSOLUTE);
    return true;
}

void vmmouse_disable(void)
{
    if (vmport_call(VMPORT_GET_VERSION, ~VMPORT_MAGIC).ebx == VMPORT_MAGIC)
        vmport_call(VMPORT_MOUSE_COMMAND, MOUSE_COMMAND_DISABLE);
}

bool vmmouse_take(struct vmmouse_event *event_r)
{
    uint32_t status = vmmouse_status();

    if ((status & MOUSE_STATUS_ERROR) != 0 || (status & MOUSE_STATUS_WORDS) < MOUSE_EVENT_WORDS)
        return false;
    struct vmport_registers r = vmport_call(VMPORT_MOUSE_DATA, MOUSE_EVENT_WORDS);
    event_r->x = r.ebx & 0xffff;
    event_r->y = r.ecx & 0xffff;
    event_r->dz = (int32_t)r.edx;
    event_r->buttons = ((r.eax & BUTTON_LEFT) != 0 ? MOUSE_LEFT : 0) |
                       ((r.eax & BUTTON_RIGHT) != 0 ? MOUSE_RIGHT : 0) |
                       ((r.eax & BUTTON_MIDDLE) != 0 ? MOUSE_MIDDLE : 0);
    return true;
}
