VERIFIER_TEST_LIBS = libverifier.a libbase.a $(PAM_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_message
tests_unit_auth_verifier_test_message_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_verifier_test_message_SOURCES = tests/unit/auth/verifier/test_message.c tests/unit/hex.h
tests_unit_auth_verifier_test_message_LDADD = $(VERIFIER_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_permit
tests_unit_auth_verifier_test_permit_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_verifier_test_permit_SOURCES = tests/unit/auth/verifier/test_permit.c
tests_unit_auth_verifier_test_permit_LDADD = $(VERIFIER_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_turns
tests_unit_auth_verifier_test_turns_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_verifier_test_turns_SOURCES = tests/unit/auth/verifier/test_turns.c
tests_unit_auth_verifier_test_turns_LDADD = $(VERIFIER_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_key_file
tests_unit_auth_verifier_test_key_file_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_verifier_test_key_file_SOURCES = tests/unit/auth/verifier/test_key_file.c \
	tests/unit/auth/verifier/folder.h
tests_unit_auth_verifier_test_key_file_LDADD = $(VERIFIER_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_dial
tests_unit_auth_verifier_test_dial_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_verifier_test_dial_SOURCES = tests/unit/auth/verifier/test_dial.c tests/unit/auth/verifier/folder.h
tests_unit_auth_verifier_test_dial_LDADD = $(VERIFIER_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_login
tests_unit_auth_verifier_test_login_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_verifier_test_login_SOURCES = tests/unit/auth/verifier/test_login.c \
	tests/unit/auth/verifier/folder.h
tests_unit_auth_verifier_test_login_LDADD = $(VERIFIER_TEST_LIBS)

# These start the program that was built.
check_PROGRAMS += tests/unit/auth/verifier/test_process
tests_unit_auth_verifier_test_process_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_verifier_test_process_SOURCES = tests/unit/auth/verifier/test_process.c tests/unit/hex.h
tests_unit_auth_verifier_test_process_LDADD = $(VERIFIER_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_verifier
tests_unit_auth_verifier_test_verifier_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_auth_verifier_test_verifier_SOURCES = tests/unit/auth/verifier/test_verifier.c \
	tests/unit/auth/verifier/stand.c tests/unit/auth/verifier/stand.h tests/unit/auth/verifier/folder.h
tests_unit_auth_verifier_test_verifier_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/auth/verifier/test_answers
tests_unit_auth_verifier_test_answers_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_auth_verifier_test_answers_SOURCES = tests/unit/auth/verifier/test_answers.c tests/unit/hex.h
tests_unit_auth_verifier_test_answers_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
