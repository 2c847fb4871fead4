RFB_TEST_LIBS = librfb.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/rfb/test_client_msg
tests_unit_rfb_test_client_msg_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_rfb_test_client_msg_SOURCES = tests/unit/rfb/test_client_msg.c tests/unit/hex.h
tests_unit_rfb_test_client_msg_LDADD = $(RFB_TEST_LIBS)

check_PROGRAMS += tests/unit/rfb/test_handshake
tests_unit_rfb_test_handshake_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_rfb_test_handshake_SOURCES = tests/unit/rfb/test_handshake.c tests/unit/hex.h
tests_unit_rfb_test_handshake_LDADD = $(RFB_TEST_LIBS)

check_PROGRAMS += tests/unit/rfb/test_server_msg
tests_unit_rfb_test_server_msg_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_rfb_test_server_msg_SOURCES = tests/unit/rfb/test_server_msg.c tests/unit/hex.h
tests_unit_rfb_test_server_msg_LDADD = $(RFB_TEST_LIBS)
