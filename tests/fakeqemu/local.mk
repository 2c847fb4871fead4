noinst_PROGRAMS += tests/fakeqemu/place_dump
tests_fakeqemu_place_dump_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_fakeqemu_place_dump_SOURCES = tests/fakeqemu/place_dump.c
tests_fakeqemu_place_dump_LDADD = $(SERVER_LIBS) $(ZLIB_LIBS)
