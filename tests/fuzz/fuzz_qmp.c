/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a QMP peer says. First byte: how many bytes come at a time (0: all). */
#include <config.h>
#include "server/attach/qemu_devices.h"
#include "server/attach/qemu_monitor.h"
#include "server/attach/qemu_status.h"
#include "server/attach/qmp_line.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Everything that reads what QEMU sent reads it, whatever it was the answer to. */
static bool on_object(void *self, json_t *object)
{
    size_t *objects = self;
    const char *text, *why;
    enum place_event event;
    uint8_t uuid[16];
    fuzz_check(json_is_object(object));
    (*objects)++;
    text = json_string_value(json_object_get(object, "event"));
    if (text && qemu_event_to_place(text, &event))
        fuzz_check(event <= PLACE_STOPPED);
    text = json_string_value(json_object_get(object, "status"));
    if (text)
        fuzz_check(qemu_status_state(text, &why) <= PLACE_LOST);
    text = json_string_value(json_object_get(object, "UUID"));
    if (text && qemu_monitor_parse_uuid(text, uuid))
        fuzz_check(uuid[0] || memcmp(uuid, uuid + 1, 15));
    text = json_string_value(json_object_get(object, "address"));
    qemu_devices_can_resize(json_object_get(object, "return"), text ? text : "pci/0000/02.0");
    return *objects < 100;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct qmp_line l;
    size_t objects = 0;
    const char *why = NULL;
    if (n < 1)
        return 0;
    size_t step = data[0] ? data[0] : n;
    qmp_line_init(&l);
    for (size_t at = 1; at < n; at += step) {
        size_t part = n - at < step ? n - at : step;
        if (qmp_line_feed(&l, data + at, part, on_object, &objects, &why) < 0) {
            fuzz_check(why != NULL);
            break;
        }
    }
    qmp_line_fini(&l);
    return 0;
}
