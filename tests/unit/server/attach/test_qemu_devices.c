/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_devices.h"
#include "tests/unit/server/attach/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Slot 2: standard VGA; slot 3: virtio-gpu; slot 4: a bridge with a QXL and, behind another
 * bridge, a virtio-vga. */
static const char pci_text[] = "[{\"bus\": 0, \"devices\": ["
                               "{\"slot\": 2, \"function\": 0, \"class_info\": {\"class\": "
                               "768}, \"id\": {\"vendor\": 4660, \"device\": 4369}},"
                               "{\"slot\": 3, \"function\": 1, \"class_info\": {\"class\": "
                               "896}, \"id\": {\"vendor\": 6900, \"device\": 4176}},"
                               "{\"slot\": 5, \"function\": 0, \"class_info\": {\"class\": "
                               "512}, \"id\": {\"vendor\": 6900, \"device\": 4096}},"
                               "{\"slot\": 6, \"function\": 0, \"class_info\": {\"class\": "
                               "768}, \"id\": {\"vendor\": 32902, \"device\": 1}},"
                               "{\"slot\": 4, \"function\": 0, \"class_info\": {\"class\": "
                               "1540}, \"id\": {\"vendor\": 6966, \"device\": 1},"
                               " \"pci_bridge\": {\"devices\": ["
                               "{\"slot\": 1, \"function\": 0, \"class_info\": {\"class\": "
                               "768}, \"id\": {\"vendor\": 6966, \"device\": 256}},"
                               "{\"slot\": 2, \"function\": 0, \"class_info\": {\"class\": "
                               "1540}, \"id\": {\"vendor\": 6966, \"device\": 1},"
                               " \"pci_bridge\": {\"devices\": ["
                               "{\"slot\": 31, \"function\": 7, \"class_info\": {\"class\": "
                               "768}, \"id\": {\"vendor\": 6900, \"device\": 4176}}"
                               "]}}]}}]}]";

static void the_card_behind_a_console_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool can;
    } rows[] = {
        {"pci/0000/02.0", false},
        {"pci/0000/03.1", true},
        {"pci/0000/04.0/01.0", false},
        {"pci/0000/04.0/02.0/1f.7", true},
        {"pci/0000/05.0", false}, /* virtio, but no graphics card */
        {"pci/0000/06.0", true},  /* somebody's card: it may */
        {"pci/0000/07.0", true},  /* not there: believed until it refuses */
        {"pci/0000/04.0/09.0", true},
        {"pci/0000/02.0/01.0", true},
        {"pci/0000/02.0 ", true},
        {"pci/0001/02.0", true},
        {"pci/0000", true},
        {"pci/", true},
        {"", true},
        {"mmio", true},
    };
    json_t *pci = json_loads(pci_text, JSON_DECODE_INT_AS_REAL, NULL);
    assert_non_null(pci);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(qemu_devices_can_resize(pci, rows[i].address), rows[i].can);
    json_decref(pci);
}

static void answers_of_another_shape_are_survived(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "[]",
        "{}",
        "[1]",
        "[{\"bus\": 0}]",
        "[{\"bus\": 0, \"devices\": 7}]",
        "[{\"bus\": 0, \"devices\": [{\"slot\": 2, \"function\": 0}]}]",
        "[{\"bus\": 0, \"devices\": [{\"slot\": 2, \"function\": 0, \"id\": []}]}]",
        "[{\"bus\": 1e300, \"devices\": [{\"slot\": -1e300, \"function\": \"x\"}]}]",
    };
    assert_true(qemu_devices_can_resize(NULL, "pci/0000/02.0"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *pci = json_loads(rows[i], JSON_DECODE_INT_AS_REAL, NULL);
        assert_non_null(pci);
        assert_true(qemu_devices_can_resize(pci, "pci/0000/02.0"));
        json_decref(pci);
    }
}

int test_qemu_devices(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_card_behind_a_console_is_found),
        cmocka_unit_test(answers_of_another_shape_are_survived),
    };
    return cmocka_run_group_tests_name("qemu_devices", tests, NULL, NULL);
}
