check_PROGRAMS += tests/unit/server/control/test_commands
tests_unit_server_control_test_commands_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_control_test_commands_SOURCES = tests/unit/server/control/test_commands.c
tests_unit_server_control_test_commands_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/control/test_socket
tests_unit_server_control_test_socket_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_control_test_socket_SOURCES = tests/unit/server/control/test_socket.c
tests_unit_server_control_test_socket_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/control/test_control
tests_unit_server_control_test_control_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_control_test_control_SOURCES = tests/unit/server/control/test_control.c
tests_unit_server_control_test_control_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/control/test_ctl_words
tests_unit_server_control_test_ctl_words_CPPFLAGS = $(UNIT_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_control_test_ctl_words_SOURCES = tests/unit/server/control/test_ctl_words.c \
	server/control/commands.c server/control/ctl_words.c
tests_unit_server_control_test_ctl_words_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/machine/test_typing
tests_unit_server_machine_test_typing_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_machine_test_typing_SOURCES = tests/unit/server/machine/test_typing.c
tests_unit_server_machine_test_typing_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
