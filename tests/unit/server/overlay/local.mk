# What the daemon draws itself.
check_PROGRAMS += tests/unit/server/overlay/test_view_private
tests_unit_server_overlay_test_view_private_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_view_private_SOURCES = tests/unit/server/overlay/test_view_private.c
tests_unit_server_overlay_test_view_private_LDADD = $(CORE_TEST_LIBS)
