check_PROGRAMS += tests/unit/server/access/test_check
tests_unit_server_access_test_check_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_access_test_check_SOURCES = tests/unit/server/access/test_check.c
tests_unit_server_access_test_check_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/access/test_access
tests_unit_server_access_test_access_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_access_test_access_SOURCES = tests/unit/server/access/test_access.c
tests_unit_server_access_test_access_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/access/test_bound
tests_unit_server_access_test_bound_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_access_test_bound_SOURCES = tests/unit/server/access/test_bound.c \
	tests/unit/server/core/parlour.c tests/unit/server/core/parlour.h tests/unit/hex.h
tests_unit_server_access_test_bound_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/access/test_turns
tests_unit_server_access_test_turns_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_access_test_turns_SOURCES = tests/unit/server/access/test_turns.c
tests_unit_server_access_test_turns_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
