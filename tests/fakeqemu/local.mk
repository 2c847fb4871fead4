# For tests of places; add $(FAKE_QEMU) to their sources.
FAKE_QEMU = tests/fakeqemu/fake_display.c tests/fakeqemu/fake_display.h tests/fakeqemu/fake_qemu.c \
	tests/fakeqemu/fake_qemu.h tests/fakeqemu/fake_qmp.c tests/fakeqemu/fake_qmp.h

noinst_PROGRAMS += tests/fakeqemu/place_dump
tests_fakeqemu_place_dump_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_fakeqemu_place_dump_SOURCES = tests/fakeqemu/place_dump.c
tests_fakeqemu_place_dump_LDADD = $(SERVER_LIBS) $(ZLIB_LIBS)
