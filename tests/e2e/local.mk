# End-to-end tests: the built daemon, QEMU with the guest of tests/guest, and the reference client.
# Each takes the name of one of its tests as an argument (a pattern with '*').
E2E_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS)
E2E_LIBS = tests/e2e/libe2e.a libserver.a libframebuffer.a libbase.a \
	$(TESTCLIENT_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS) -lm
E2E_NEEDS = tests/e2e/libe2e.a tests/client/libtestclient.a libserver.a libframebuffer.a libbase.a \
	holdfastd$(EXEEXT) holdfastctl$(EXEEXT) tests/guest/guest.elf

check_LIBRARIES += tests/e2e/libe2e.a
tests_e2e_libe2e_a_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_libe2e_a_SOURCES = tests/e2e/audience.c tests/e2e/audience.h \
	tests/e2e/clock.h tests/e2e/crowd.c tests/e2e/crowd.h tests/e2e/daemon.c \
	tests/e2e/daemon.h tests/e2e/dice.c tests/e2e/dice.h tests/e2e/guest.c tests/e2e/guest.h \
	tests/e2e/guest_line.c tests/e2e/http.c tests/e2e/http.h tests/e2e/keys.c \
	tests/e2e/keys.h tests/e2e/look.c tests/e2e/look.h tests/e2e/pattern.c \
	tests/e2e/pattern.h tests/e2e/process.c tests/e2e/process.h tests/e2e/qmp.c \
	tests/e2e/qmp.h tests/e2e/scribble.c \
	tests/e2e/scribble.h tests/e2e/shape.c tests/e2e/shape.h tests/e2e/siege.c \
	tests/e2e/siege.h tests/e2e/slow_link.c tests/e2e/slow_link.h tests/e2e/socket.c tests/e2e/socket.h \
	tests/e2e/stand.c tests/e2e/stand.h tests/e2e/trial.c tests/e2e/trial.h tests/installer_guest.h

check_PROGRAMS += tests/e2e/test_encodings
tests_e2e_test_encodings_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_encodings_SOURCES = tests/e2e/test_encodings.c
tests_e2e_test_encodings_LDADD = $(E2E_LIBS)
tests_e2e_test_encodings_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_pixels
tests_e2e_test_pixels_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_pixels_SOURCES = tests/e2e/test_pixels.c
tests_e2e_test_pixels_LDADD = $(E2E_LIBS)
tests_e2e_test_pixels_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_classes
tests_e2e_test_classes_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_classes_SOURCES = tests/e2e/test_classes.c
tests_e2e_test_classes_LDADD = $(E2E_LIBS)
tests_e2e_test_classes_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_scrolls
tests_e2e_test_scrolls_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_scrolls_SOURCES = tests/e2e/test_scrolls.c
tests_e2e_test_scrolls_LDADD = $(E2E_LIBS)
tests_e2e_test_scrolls_DEPENDENCIES = $(E2E_NEEDS) tests/bench/relay$(EXEEXT)

check_PROGRAMS += tests/e2e/test_keys
tests_e2e_test_keys_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_keys_SOURCES = tests/e2e/test_keys.c
tests_e2e_test_keys_LDADD = $(E2E_LIBS)
tests_e2e_test_keys_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_pointer
tests_e2e_test_pointer_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_pointer_SOURCES = tests/e2e/test_pointer.c
tests_e2e_test_pointer_LDADD = $(E2E_LIBS)
tests_e2e_test_pointer_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_cursor
tests_e2e_test_cursor_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_cursor_SOURCES = tests/e2e/test_cursor.c
tests_e2e_test_cursor_LDADD = $(E2E_LIBS)
tests_e2e_test_cursor_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_resize
tests_e2e_test_resize_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_resize_SOURCES = tests/e2e/test_resize.c
tests_e2e_test_resize_LDADD = $(E2E_LIBS)
tests_e2e_test_resize_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_lifecycle
tests_e2e_test_lifecycle_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_lifecycle_SOURCES = tests/e2e/test_lifecycle.c
tests_e2e_test_lifecycle_LDADD = $(E2E_LIBS)
tests_e2e_test_lifecycle_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_hostile
tests_e2e_test_hostile_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_hostile_SOURCES = tests/e2e/test_hostile.c
tests_e2e_test_hostile_LDADD = $(E2E_LIBS)
tests_e2e_test_hostile_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_ctl
tests_e2e_test_ctl_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_ctl_SOURCES = tests/e2e/test_ctl.c
tests_e2e_test_ctl_LDADD = $(E2E_LIBS)
tests_e2e_test_ctl_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_judge
tests_e2e_test_judge_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_judge_SOURCES = tests/e2e/test_judge.c
tests_e2e_test_judge_LDADD = tests/e2e/libe2e.a $(VNC_JUDGE_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) \
	$(CMOCKA_LIBS)
tests_e2e_test_judge_DEPENDENCIES = $(E2E_NEEDS) tests/client/libvnc_judge.a

check_PROGRAMS += tests/e2e/test_installer
tests_e2e_test_installer_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_installer_SOURCES = tests/e2e/test_installer.c
tests_e2e_test_installer_LDADD = $(E2E_LIBS)
tests_e2e_test_installer_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_places
tests_e2e_test_places_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_places_SOURCES = tests/e2e/test_places.c
tests_e2e_test_places_LDADD = $(E2E_LIBS)
tests_e2e_test_places_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_logins
tests_e2e_test_logins_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_logins_SOURCES = tests/e2e/test_logins.c
tests_e2e_test_logins_LDADD = $(E2E_LIBS)
tests_e2e_test_logins_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_patience
tests_e2e_test_patience_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_patience_SOURCES = tests/e2e/test_patience.c
tests_e2e_test_patience_LDADD = $(E2E_LIBS)
tests_e2e_test_patience_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_layouts
tests_e2e_test_layouts_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_layouts_SOURCES = tests/e2e/test_layouts.c
tests_e2e_test_layouts_LDADD = $(E2E_LIBS)
tests_e2e_test_layouts_DEPENDENCIES = $(E2E_NEEDS)

EXTRA_DIST += tests/e2e/README.md
include tests/e2e/test_menu.mk

# Nodes on one host; needs etcd.
check_PROGRAMS += tests/e2e/test_nodes
tests_e2e_test_nodes_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_nodes_SOURCES = tests/e2e/test_nodes.c \
	tests/unit/server/etcd/etcd_process.c tests/unit/server/etcd/etcd_process.h
tests_e2e_test_nodes_LDADD = $(E2E_LIBS)
tests_e2e_test_nodes_DEPENDENCIES = $(E2E_NEEDS)
