# Our own RFB client for tests, LibVNCClient as a second judge, and the tests of both.

check_LIBRARIES += tests/client/libtestclient.a
tests_client_libtestclient_a_CPPFLAGS = $(AM_CPPFLAGS) $(ZLIB_CFLAGS) $(PNG_CFLAGS) \
	$(JPEG_CFLAGS) $(NETTLE_CFLAGS)
tests_client_libtestclient_a_SOURCES = \
	tests/client/channel.c tests/client/channel.h \
	tests/client/client.c tests/client/client.h tests/client/private.h \
	tests/client/cursor.c \
	tests/client/decode.c tests/client/decode.h \
	tests/client/decode_hextile.c \
	tests/client/decode_jpeg.c \
	tests/client/decode_raw.c \
	tests/client/decode_rre.c \
	tests/client/decode_tight.c tests/client/decode_tight.h \
	tests/client/decode_tight_basic.c \
	tests/client/decode_trle.c \
	tests/client/encodings.c tests/client/encodings.h \
	tests/client/fault.c tests/client/fault.h \
	tests/client/format.c tests/client/format.h \
	tests/client/handshake.c \
	tests/client/image.c tests/client/image.h \
	tests/client/inflate.c tests/client/inflate.h \
	tests/client/jpeg_stream.c tests/client/jpeg_stream.h \
	tests/client/picture.c tests/client/picture.h \
	tests/client/pixel.c tests/client/pixel.h \
	tests/client/ppm.c tests/client/ppm.h \
	tests/client/pseudo.c \
	tests/client/receive.c \
	tests/client/security.c \
	tests/client/send.c \
	tests/client/source.c tests/client/source.h \
	tests/client/update.c \
	tests/client/wait.c

# What a program that links libtestclient.a needs beside it.
TESTCLIENT_LIBS = tests/client/libtestclient.a $(JPEG_LIBS) $(PNG_LIBS) $(ZLIB_LIBS) $(NETTLE_LIBS)

noinst_PROGRAMS += tests/client/rfbclient
tests_client_rfbclient_SOURCES = tests/client/rfbclient.c \
	tests/client/rfbclient_options.c tests/client/rfbclient_options.h
tests_client_rfbclient_LDADD = $(TESTCLIENT_LIBS)

# LibVNCClient exports functions of the JPEG library's names: only programs that do no JPEG of
# their own may link it. The picture comparison that it shares with our client does none.
check_LIBRARIES += tests/client/libvnc_judge.a
tests_client_libvnc_judge_a_CPPFLAGS = $(AM_CPPFLAGS) $(VNCCLIENT_CFLAGS)
tests_client_libvnc_judge_a_SOURCES = tests/client/vnc_judge.c tests/client/vnc_judge.h
VNC_JUDGE_LIBS = tests/client/libvnc_judge.a tests/client/libtestclient.a $(VNCCLIENT_LIBS)

noinst_PROGRAMS += tests/client/vncclient_snapshot
tests_client_vncclient_snapshot_SOURCES = tests/client/vncclient_snapshot.c
tests_client_vncclient_snapshot_LDADD = $(VNC_JUDGE_LIBS)

EXTRA_DIST += tests/client/README.md

client_test_helpers = tests/unit/client/rows.c tests/unit/client/rows.h \
	tests/unit/client/wire.c tests/unit/client/wire.h
CLIENT_TEST_LIBS = $(TESTCLIENT_LIBS) $(CMOCKA_LIBS)
CLIENT_TEST_CPPFLAGS = $(UNIT_CPPFLAGS) $(ZLIB_CFLAGS) $(PNG_CFLAGS) $(JPEG_CFLAGS)

check_PROGRAMS += tests/unit/client/test_decode_raw
tests_unit_client_test_decode_raw_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_decode_raw_SOURCES = tests/unit/client/test_decode_raw.c $(client_test_helpers)
tests_unit_client_test_decode_raw_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_decode_rre
tests_unit_client_test_decode_rre_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_decode_rre_SOURCES = tests/unit/client/test_decode_rre.c $(client_test_helpers)
tests_unit_client_test_decode_rre_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_decode_hextile
tests_unit_client_test_decode_hextile_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_decode_hextile_SOURCES = tests/unit/client/test_decode_hextile.c $(client_test_helpers)
tests_unit_client_test_decode_hextile_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_decode_tight
tests_unit_client_test_decode_tight_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_decode_tight_SOURCES = tests/unit/client/test_decode_tight.c $(client_test_helpers)
tests_unit_client_test_decode_tight_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_decode_trle
tests_unit_client_test_decode_trle_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_decode_trle_SOURCES = tests/unit/client/test_decode_trle.c $(client_test_helpers)
tests_unit_client_test_decode_trle_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_decode_jpeg
tests_unit_client_test_decode_jpeg_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_decode_jpeg_SOURCES = tests/unit/client/test_decode_jpeg.c $(client_test_helpers)
tests_unit_client_test_decode_jpeg_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_format
tests_unit_client_test_format_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_format_SOURCES = tests/unit/client/test_format.c $(client_test_helpers)
tests_unit_client_test_format_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_handshake
tests_unit_client_test_handshake_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_handshake_SOURCES = tests/unit/client/test_handshake.c $(client_test_helpers)
tests_unit_client_test_handshake_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_pseudo
tests_unit_client_test_pseudo_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_pseudo_SOURCES = tests/unit/client/test_pseudo.c $(client_test_helpers)
tests_unit_client_test_pseudo_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_receive
tests_unit_client_test_receive_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_receive_SOURCES = tests/unit/client/test_receive.c $(client_test_helpers)
tests_unit_client_test_receive_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_send
tests_unit_client_test_send_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_send_SOURCES = tests/unit/client/test_send.c $(client_test_helpers)
tests_unit_client_test_send_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_update
tests_unit_client_test_update_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_update_SOURCES = tests/unit/client/test_update.c $(client_test_helpers)
tests_unit_client_test_update_LDADD = $(CLIENT_TEST_LIBS)

check_PROGRAMS += tests/unit/client/test_wait
tests_unit_client_test_wait_CPPFLAGS = $(CLIENT_TEST_CPPFLAGS)
tests_unit_client_test_wait_SOURCES = tests/unit/client/test_wait.c $(client_test_helpers)
tests_unit_client_test_wait_LDADD = $(CLIENT_TEST_LIBS)
