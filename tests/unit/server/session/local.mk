check_PROGRAMS += tests/unit/server/session/test_wheel
tests_unit_server_session_test_wheel_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_session_test_wheel_SOURCES = tests/unit/server/session/test_wheel.c
tests_unit_server_session_test_wheel_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/session/test_store
tests_unit_server_session_test_store_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_session_test_store_SOURCES = tests/unit/server/session/test_store.c \
	tests/unit/server/session/store_rows.c tests/unit/server/session/store_rows.h
tests_unit_server_session_test_store_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/session/test_sessions
tests_unit_server_session_test_sessions_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_session_test_sessions_SOURCES = tests/unit/server/session/test_sessions.c
tests_unit_server_session_test_sessions_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/session/test_shared
tests_unit_server_session_test_shared_CPPFLAGS = $(CORE_TEST_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_session_test_shared_SOURCES = tests/unit/server/session/test_shared.c
tests_unit_server_session_test_shared_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/session/test_console_image
tests_unit_server_session_test_console_image_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_session_test_console_image_SOURCES = tests/unit/server/session/test_console_image.c
tests_unit_server_session_test_console_image_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/session/test_fence
tests_unit_server_session_test_fence_CPPFLAGS = $(CORE_TEST_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_session_test_fence_SOURCES = tests/unit/server/etcd/etcd_process.c \
	tests/unit/server/etcd/etcd_process.h tests/unit/server/session/test_fence.c
tests_unit_server_session_test_fence_LDADD = $(CORE_TEST_LIBS)
