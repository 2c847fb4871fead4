# A target is three lines here: see tests/fuzz/README.md.
FUZZ_TARGETS =

FUZZ_TARGETS += tests/fuzz/fuzz_client_msg
tests_fuzz_fuzz_client_msg_SOURCES = tests/fuzz/fuzz_client_msg.c $(FUZZ_COMMON)
tests_fuzz_fuzz_client_msg_LDADD = librfb.a libbase.a $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_handshake
tests_fuzz_fuzz_handshake_SOURCES = tests/fuzz/fuzz_handshake.c $(FUZZ_COMMON)
tests_fuzz_fuzz_handshake_LDADD = libauth.a librfb.a libbase.a $(AUTH_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_qmp
tests_fuzz_fuzz_qmp_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_qmp_SOURCES = tests/fuzz/fuzz_qmp.c $(FUZZ_COMMON)
tests_fuzz_fuzz_qmp_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_display
tests_fuzz_fuzz_display_SOURCES = tests/fuzz/fuzz_display.c $(FUZZ_COMMON)
tests_fuzz_fuzz_display_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_vencrypt
tests_fuzz_fuzz_vencrypt_SOURCES = tests/fuzz/fuzz_vencrypt.c $(FUZZ_COMMON)
tests_fuzz_fuzz_vencrypt_LDADD = libauth.a libbase.a $(AUTH_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_ra2
tests_fuzz_fuzz_ra2_CPPFLAGS = $(AM_CPPFLAGS) $(NETTLE_CFLAGS) $(GMP_CFLAGS)
tests_fuzz_fuzz_ra2_SOURCES = tests/fuzz/fuzz_ra2.c $(FUZZ_COMMON)
tests_fuzz_fuzz_ra2_LDADD = libauth.a libbase.a $(AUTH_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_dh
tests_fuzz_fuzz_dh_SOURCES = tests/fuzz/fuzz_dh.c $(FUZZ_COMMON)
tests_fuzz_fuzz_dh_LDADD = libauth.a libbase.a $(AUTH_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_proxy
tests_fuzz_fuzz_proxy_SOURCES = tests/fuzz/fuzz_proxy.c $(FUZZ_COMMON)
tests_fuzz_fuzz_proxy_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_link
tests_fuzz_fuzz_link_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_fuzz_fuzz_link_SOURCES = tests/fuzz/fuzz_link.c $(FUZZ_COMMON)
tests_fuzz_fuzz_link_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_machine_msg
tests_fuzz_fuzz_machine_msg_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_fuzz_fuzz_machine_msg_SOURCES = tests/fuzz/fuzz_machine_msg.c $(FUZZ_COMMON)
tests_fuzz_fuzz_machine_msg_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_view_msg
tests_fuzz_fuzz_view_msg_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_fuzz_fuzz_view_msg_SOURCES = tests/fuzz/fuzz_view_msg.c tests/unit/server/cluster/view_again.h \
	$(FUZZ_COMMON)
tests_fuzz_fuzz_view_msg_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_relay_rects
tests_fuzz_fuzz_relay_rects_SOURCES = tests/fuzz/fuzz_relay_rects.c $(FUZZ_COMMON)
tests_fuzz_fuzz_relay_rects_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

FUZZ_TARGETS += tests/fuzz/fuzz_console_image
tests_fuzz_fuzz_console_image_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_fuzz_fuzz_console_image_SOURCES = tests/fuzz/fuzz_console_image.c $(FUZZ_COMMON)
tests_fuzz_fuzz_console_image_LDADD = $(SERVER_LIBS) $(FUZZ_LINK)

# libFuzzer's programs run until they find something; only those that replay a corpus are tests.
if FUZZERS
FUZZ_COMMON = tests/fuzz/fuzz.h
noinst_PROGRAMS += $(FUZZ_TARGETS)
else
FUZZ_COMMON = tests/fuzz/fuzz.h tests/fuzz/replay_main.c
check_PROGRAMS += $(FUZZ_TARGETS)
endif
EXTRA_DIST += tests/fuzz/README.md tests/fuzz/corpus tests/fuzz/make_seeds.py
