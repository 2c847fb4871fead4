# What the daemon draws itself.
check_PROGRAMS += tests/unit/server/overlay/test_view_private
tests_unit_server_overlay_test_view_private_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_view_private_SOURCES = tests/unit/server/overlay/test_view_private.c
tests_unit_server_overlay_test_view_private_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/overlay/test_notice
tests_unit_server_overlay_test_notice_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_notice_SOURCES = tests/unit/server/overlay/test_notice.c
tests_unit_server_overlay_test_notice_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/overlay/test_menu
tests_unit_server_overlay_test_menu_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_menu_SOURCES = tests/unit/server/overlay/test_menu.c
tests_unit_server_overlay_test_menu_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/overlay/test_lobby
tests_unit_server_overlay_test_lobby_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_lobby_SOURCES = tests/unit/server/overlay/test_lobby.c \
	tests/unit/server/core/parlour.c tests/unit/server/core/parlour.h tests/unit/hex.h
tests_unit_server_overlay_test_lobby_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/overlay/test_pictures
tests_unit_server_overlay_test_pictures_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_pictures_SOURCES = tests/unit/server/overlay/test_pictures.c
tests_unit_server_overlay_test_pictures_LDADD = $(CORE_TEST_LIBS)

# Makes the pictures of the documentation anew.
.PHONY: docs-images
docs-images: tests/unit/server/overlay/test_pictures
	HOLDFAST_PICTURES='$(abs_top_srcdir)/docs/images' tests/unit/server/overlay/test_pictures
EXTRA_DIST += docs/images/lobby.png docs/images/menu.png docs/images/notice.png docs/images/people.png

check_PROGRAMS += tests/unit/server/overlay/test_view_scale
tests_unit_server_overlay_test_view_scale_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_view_scale_SOURCES = tests/unit/server/overlay/test_view_scale.c
tests_unit_server_overlay_test_view_scale_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/overlay/test_overlay
tests_unit_server_overlay_test_overlay_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_overlay_test_overlay_SOURCES = tests/unit/server/overlay/test_overlay.c \
	tests/unit/server/core/parlour.c tests/unit/server/core/parlour.h tests/unit/hex.h
tests_unit_server_overlay_test_overlay_LDADD = $(CORE_TEST_LIBS)
