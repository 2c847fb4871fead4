# The server's core: a double of the places, a rig to run the loop in, clients that decode what they are sent.
check_LIBRARIES += tests/unit/server/core/libcore.a
tests_unit_server_core_libcore_a_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_core_libcore_a_SOURCES = \
	tests/unit/server/core/crowd.c tests/unit/server/core/crowd.h \
	tests/unit/server/core/fake_attach.c tests/unit/server/core/fake_attach.h \
	tests/unit/server/core/judge.c tests/unit/server/core/judge.h \
	tests/unit/server/core/rig.c tests/unit/server/core/rig.h \
	tests/unit/server/core/world.c tests/unit/server/core/world.h tests/unit/server/waiting.h
CORE_TEST_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
CORE_TEST_LIBS = tests/unit/server/core/libcore.a tests/client/libtestclient.a $(SERVER_LIBS) \
	$(JPEG_LIBS) $(PNG_LIBS) $(ZLIB_LIBS) $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/core/test_fanout
tests_unit_server_core_test_fanout_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_fanout_SOURCES = tests/unit/server/core/test_fanout.c
tests_unit_server_core_test_fanout_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_flow
tests_unit_server_core_test_flow_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_flow_SOURCES = tests/unit/server/core/test_flow.c
tests_unit_server_core_test_flow_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_rest
tests_unit_server_core_test_rest_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_rest_SOURCES = tests/unit/server/core/test_rest.c
tests_unit_server_core_test_rest_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_blocks
tests_unit_server_core_test_blocks_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_blocks_SOURCES = tests/unit/server/core/test_blocks.c
tests_unit_server_core_test_blocks_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_group
tests_unit_server_core_test_group_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_group_SOURCES = tests/unit/server/core/test_group.c
tests_unit_server_core_test_group_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_viewer
tests_unit_server_core_test_viewer_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_viewer_SOURCES = tests/unit/server/core/test_viewer.c \
	tests/unit/server/core/parlour.c tests/unit/server/core/parlour.h tests/unit/hex.h
tests_unit_server_core_test_viewer_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/machine/test_machines
tests_unit_server_machine_test_machines_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_machine_test_machines_SOURCES = tests/unit/server/machine/test_machines.c
tests_unit_server_machine_test_machines_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/machine/test_discover
tests_unit_server_machine_test_discover_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_machine_test_discover_SOURCES = tests/unit/server/machine/test_discover.c
tests_unit_server_machine_test_discover_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_serve
tests_unit_server_core_test_serve_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_serve_SOURCES = tests/unit/server/core/test_serve.c
tests_unit_server_core_test_serve_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_view
tests_unit_server_core_test_view_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_view_SOURCES = tests/unit/server/core/test_view.c
tests_unit_server_core_test_view_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_listener
tests_unit_server_core_test_listener_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_listener_SOURCES = tests/unit/server/core/test_listener.c \
	tests/unit/server/core/parlour.c tests/unit/server/core/parlour.h tests/unit/hex.h
tests_unit_server_core_test_listener_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_quality
tests_unit_server_core_test_quality_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_quality_SOURCES = tests/unit/server/core/test_quality.c
tests_unit_server_core_test_quality_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_writers
tests_unit_server_core_test_writers_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_writers_SOURCES = tests/unit/server/core/test_writers.c
tests_unit_server_core_test_writers_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_relay
tests_unit_server_core_test_relay_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_relay_SOURCES = tests/unit/server/core/test_relay.c
tests_unit_server_core_test_relay_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/core/test_relay_rects
tests_unit_server_core_test_relay_rects_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_core_test_relay_rects_SOURCES = tests/unit/server/core/test_relay_rects.c
tests_unit_server_core_test_relay_rects_LDADD = $(CORE_TEST_LIBS)
