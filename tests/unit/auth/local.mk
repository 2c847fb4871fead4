AUTH_TEST_LIBS = libauth.a libbase.a $(AUTH_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/auth/test_method
tests_unit_auth_test_method_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_test_method_SOURCES = tests/unit/auth/test_method.c
tests_unit_auth_test_method_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_password_file
tests_unit_auth_test_password_file_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_test_password_file_SOURCES = tests/unit/auth/test_password_file.c tests/unit/hex.h
tests_unit_auth_test_password_file_LDADD = $(AUTH_TEST_LIBS)

check_PROGRAMS += tests/unit/auth/test_vnc
tests_unit_auth_test_vnc_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_auth_test_vnc_SOURCES = tests/unit/auth/test_vnc.c tests/unit/hex.h
tests_unit_auth_test_vnc_LDADD = $(AUTH_TEST_LIBS)
