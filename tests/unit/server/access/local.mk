check_PROGRAMS += tests/unit/server/access/test_check
tests_unit_server_access_test_check_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_access_test_check_SOURCES = tests/unit/server/access/test_check.c
tests_unit_server_access_test_check_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/access/test_access
tests_unit_server_access_test_access_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_access_test_access_SOURCES = tests/unit/server/access/test_access.c
tests_unit_server_access_test_access_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
