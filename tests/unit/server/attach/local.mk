check_PROGRAMS += tests/unit/server/attach/test_attach
tests_unit_server_attach_test_attach_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_attach_test_attach_SOURCES = $(FAKE_QEMU) tests/unit/server/attach/fixture.c \
	tests/unit/server/attach/fixture.h tests/unit/server/attach/groups.h \
	tests/unit/server/attach/test_attach.c tests/unit/server/attach/test_attach_table.c \
	tests/unit/server/attach/test_map_reader.c \
	tests/unit/server/attach/test_pattern.c tests/unit/server/attach/test_pattern_scenes.c \
	tests/unit/server/attach/test_qemu.c tests/unit/server/attach/test_qemu_devices.c \
	tests/unit/server/attach/test_qemu_input.c tests/unit/server/attach/test_qemu_move.c \
	tests/unit/server/attach/test_qemu_picture.c \
	tests/unit/server/attach/test_qemu_status.c tests/unit/server/attach/test_qmp.c \
	tests/unit/server/attach/test_qmp_line.c tests/unit/server/attach/test_scanout.c \
	tests/unit/server/attach/watcher.c tests/unit/server/attach/watcher.h
tests_unit_server_attach_test_attach_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/machine/test_switch
tests_unit_server_machine_test_switch_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_machine_test_switch_SOURCES = tests/unit/server/machine/test_switch.c
tests_unit_server_machine_test_switch_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/machine/test_held_input
tests_unit_server_machine_test_held_input_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_machine_test_held_input_SOURCES = tests/unit/server/machine/test_held_input.c
tests_unit_server_machine_test_held_input_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/machine/test_moves
tests_unit_server_machine_test_moves_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_machine_test_moves_SOURCES = tests/unit/server/machine/test_moves.c
tests_unit_server_machine_test_moves_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/machine/test_machine_names
tests_unit_server_machine_test_machine_names_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_machine_test_machine_names_SOURCES = tests/unit/server/machine/test_machine_names.c
tests_unit_server_machine_test_machine_names_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
