# Interop tests: real VNC programs under Xvfb, the built daemon and QEMU with the guest of
# tests/guest. Each takes the name of one of its tests as an argument (a pattern with '*').
INTEROP_LIBS = tests/interop/libinterop.a $(E2E_LIBS)
INTEROP_NEEDED = tests/interop/libinterop.a $(E2E_NEEDS)

check_LIBRARIES += tests/interop/libinterop.a
tests_interop_libinterop_a_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_libinterop_a_SOURCES = tests/interop/hands.c tests/interop/hands.h \
	tests/interop/room.c tests/interop/room.h tests/interop/screen.c tests/interop/screen.h \
	tests/interop/screen_hand.c \
	tests/interop/viewers.c tests/interop/viewers.h tests/interop/window.c tests/interop/window.h

check_PROGRAMS += tests/interop/test_pictures
tests_interop_test_pictures_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_test_pictures_SOURCES = tests/interop/test_pictures.c
tests_interop_test_pictures_LDADD = $(INTEROP_LIBS)
tests_interop_test_pictures_DEPENDENCIES = $(INTEROP_NEEDED)

check_PROGRAMS += tests/interop/test_typing
tests_interop_test_typing_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_test_typing_SOURCES = tests/interop/test_typing.c
tests_interop_test_typing_LDADD = $(INTEROP_LIBS)
tests_interop_test_typing_DEPENDENCIES = $(INTEROP_NEEDED)

check_PROGRAMS += tests/interop/test_pointing
tests_interop_test_pointing_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_test_pointing_SOURCES = tests/interop/test_pointing.c
tests_interop_test_pointing_LDADD = $(INTEROP_LIBS)
tests_interop_test_pointing_DEPENDENCIES = $(INTEROP_NEEDED)

check_PROGRAMS += tests/interop/test_together
tests_interop_test_together_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_test_together_SOURCES = tests/interop/test_together.c
tests_interop_test_together_LDADD = $(INTEROP_LIBS)
tests_interop_test_together_DEPENDENCIES = $(INTEROP_NEEDED)

check_PROGRAMS += tests/interop/test_snapshots
tests_interop_test_snapshots_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_test_snapshots_SOURCES = tests/interop/test_snapshots.c
tests_interop_test_snapshots_LDADD = $(INTEROP_LIBS)
tests_interop_test_snapshots_DEPENDENCIES = $(INTEROP_NEEDED)

check_PROGRAMS += tests/interop/test_logins
tests_interop_test_logins_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_test_logins_SOURCES = tests/interop/test_logins.c
tests_interop_test_logins_LDADD = $(INTEROP_LIBS)
tests_interop_test_logins_DEPENDENCIES = $(INTEROP_NEEDED)

check_PROGRAMS += tests/interop/test_mixed
tests_interop_test_mixed_CPPFLAGS = $(E2E_CPPFLAGS)
tests_interop_test_mixed_SOURCES = tests/interop/test_mixed.c
tests_interop_test_mixed_LDADD = $(INTEROP_LIBS)
tests_interop_test_mixed_DEPENDENCIES = $(INTEROP_NEEDED) tests/bench/relay$(EXEEXT) \
	tests/client/vncclient_snapshot$(EXEEXT) tests/novnc/jpeg_to_ppm$(EXEEXT)

check_PROGRAMS += tests/interop/test_accounts
tests_interop_test_accounts_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_interop_test_accounts_SOURCES = tests/interop/test_accounts.c $(LOGINS_SOURCES)
tests_interop_test_accounts_LDADD = tests/interop/libinterop.a $(LOGINS_LIBS)
tests_interop_test_accounts_DEPENDENCIES = tests/interop/libinterop.a $(LOGINS_NEEDS) \
	tests/client/vncclient_snapshot$(EXEEXT) tests/interop/home.so

tests/interop/home.so: $(srcdir)/tests/interop/home.c config.h
	@$(MKDIR_P) tests/interop
	$(AM_V_GEN)$(CC) -I. $(CPPFLAGS) -shared -fPIC -o $@ $(srcdir)/tests/interop/home.c -ldl
EXTRA_DIST += tests/interop/home.c
CLEANFILES += tests/interop/home.so

# LibVNCClient stands behind the JPEG library, whose names it exports too; the tests decode none.
PERSON_CPPFLAGS = $(LOGINS_CPPFLAGS) $(PANGO_CFLAGS) $(VNCCLIENT_CFLAGS)
PERSON_SOURCES = tests/interop/caller.c tests/interop/caller.h tests/interop/person.c \
	tests/interop/person.h
PERSON_LIBS = tests/interop/libinterop.a $(LOGINS_LIBS) $(PANGO_LIBS) $(VNCCLIENT_LIBS)
PERSON_NEEDS = tests/interop/libinterop.a $(LOGINS_NEEDS)

check_PROGRAMS += tests/interop/test_handover
tests_interop_test_handover_CPPFLAGS = $(PERSON_CPPFLAGS)
tests_interop_test_handover_SOURCES = tests/interop/test_handover.c $(PERSON_SOURCES) \
	$(LOGINS_SOURCES)
tests_interop_test_handover_LDADD = $(PERSON_LIBS)
tests_interop_test_handover_DEPENDENCIES = $(PERSON_NEEDS)

check_PROGRAMS += tests/interop/test_gateway
tests_interop_test_gateway_CPPFLAGS = $(PERSON_CPPFLAGS)
tests_interop_test_gateway_SOURCES = tests/interop/test_gateway.c tests/interop/gate.c \
	tests/interop/gate.h $(PERSON_SOURCES) $(HOSTS_SOURCES)
tests_interop_test_gateway_LDADD = $(PERSON_LIBS)
tests_interop_test_gateway_DEPENDENCIES = $(PERSON_NEEDS) $(HOSTS_NEEDS)

check_PROGRAMS += tests/interop/test_tls
tests_interop_test_tls_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_interop_test_tls_SOURCES = tests/interop/test_tls.c $(LOGINS_SOURCES)
tests_interop_test_tls_LDADD = $(LOGINS_LIBS)
tests_interop_test_tls_DEPENDENCIES = $(LOGINS_NEEDS)

EXTRA_DIST += tests/interop/README.md
dist_check_SCRIPTS += tests/interop/trixie.sh tests/interop/in-trixie.sh \
	tests/interop/qemu-trixie.sh
