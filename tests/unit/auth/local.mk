AUTH_TEST_CFLAGS = $(GNUTLS_CFLAGS) $(NETTLE_CFLAGS) $(GMP_CFLAGS)
AUTH_TEST_LIBS = libauth.a libbase.a $(AUTH_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/auth/test_client_name
tests_unit_auth_test_client_name_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_client_name_SOURCES = tests/unit/auth/test_client_name.c
tests_unit_auth_test_client_name_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_dh
tests_unit_auth_test_dh_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_dh_SOURCES = tests/unit/auth/test_dh.c tests/unit/auth/talk.h \
	tests/unit/hex.h
tests_unit_auth_test_dh_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_guard
tests_unit_auth_test_guard_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_guard_SOURCES = tests/unit/auth/test_guard.c
tests_unit_auth_test_guard_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_key_file
tests_unit_auth_test_key_file_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_key_file_SOURCES = tests/unit/auth/test_key_file.c
tests_unit_auth_test_key_file_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_login_name
tests_unit_auth_test_login_name_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_login_name_SOURCES = tests/unit/auth/test_login_name.c
tests_unit_auth_test_login_name_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_method
tests_unit_auth_test_method_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_method_SOURCES = tests/unit/auth/test_method.c
tests_unit_auth_test_method_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_offer
tests_unit_auth_test_offer_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_offer_SOURCES = tests/unit/auth/test_offer.c
tests_unit_auth_test_offer_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_password_file
tests_unit_auth_test_password_file_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_password_file_SOURCES = tests/unit/auth/test_password_file.c \
	tests/unit/hex.h
tests_unit_auth_test_password_file_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_plain
tests_unit_auth_test_plain_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_plain_SOURCES = tests/unit/auth/test_plain.c tests/unit/hex.h
tests_unit_auth_test_plain_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_ra2
tests_unit_auth_test_ra2_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_ra2_SOURCES = tests/unit/auth/test_ra2.c tests/unit/auth/talk.h \
	tests/unit/hex.h
tests_unit_auth_test_ra2_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_ra2_cipher
tests_unit_auth_test_ra2_cipher_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_ra2_cipher_SOURCES = tests/unit/auth/test_ra2_cipher.c tests/unit/hex.h
tests_unit_auth_test_ra2_cipher_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_ra2_stream
tests_unit_auth_test_ra2_stream_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_ra2_stream_SOURCES = tests/unit/auth/test_ra2_stream.c
tests_unit_auth_test_ra2_stream_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_rules
tests_unit_auth_test_rules_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_rules_SOURCES = tests/unit/auth/test_rules.c
tests_unit_auth_test_rules_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_ticket
tests_unit_auth_test_ticket_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_ticket_SOURCES = tests/unit/auth/test_ticket.c
tests_unit_auth_test_ticket_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_tls_stream
tests_unit_auth_test_tls_stream_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_tls_stream_SOURCES = tests/unit/auth/test_tls_stream.c \
	tests/unit/auth/certificates.c tests/unit/auth/certificates.h
tests_unit_auth_test_tls_stream_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_tls_node
tests_unit_auth_test_tls_node_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_tls_node_SOURCES = tests/unit/auth/test_tls_node.c \
	tests/unit/auth/certificates.c tests/unit/auth/certificates.h
tests_unit_auth_test_tls_node_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_vencrypt
tests_unit_auth_test_vencrypt_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_vencrypt_SOURCES = tests/unit/auth/test_vencrypt.c tests/unit/auth/talk.h \
	tests/unit/hex.h
tests_unit_auth_test_vencrypt_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_vnc
tests_unit_auth_test_vnc_CPPFLAGS = $(UNIT_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_test_vnc_SOURCES = tests/unit/auth/test_vnc.c tests/unit/hex.h
tests_unit_auth_test_vnc_LDADD = $(AUTH_TEST_LIBS)

noinst_PROGRAMS += tests/unit/auth/login_server
tests_unit_auth_login_server_CPPFLAGS = $(AM_CPPFLAGS) $(AUTH_TEST_CFLAGS)
tests_unit_auth_login_server_SOURCES = tests/unit/auth/login_server.c
tests_unit_auth_login_server_LDADD = libauth.a librfb.a libbase.a $(AUTH_LIBS)
AUTH_CLIENT_TESTS = tests/unit/auth/test_libvncclient.sh tests/unit/auth/test_novnc.sh \
	tests/unit/auth/test_openssl.sh tests/unit/auth/test_tigervnc.sh
dist_check_SCRIPTS += $(AUTH_CLIENT_TESTS)
TESTS += $(AUTH_CLIENT_TESTS)
EXTRA_DIST += tests/unit/auth/login_room.sh tests/unit/auth/novnc_login.mjs
