# A siege: logins that are begun and never ended.
check_PROGRAMS += tests/e2e/test_siege
tests_e2e_test_siege_CPPFLAGS = $(E2E_CPPFLAGS) $(GNUTLS_CFLAGS)
tests_e2e_test_siege_SOURCES = tests/e2e/test_siege.c tests/bench/besieger.c tests/bench/besieger.h
tests_e2e_test_siege_LDADD = $(E2E_LIBS) $(GNUTLS_LIBS)
tests_e2e_test_siege_DEPENDENCIES = $(E2E_NEEDS) holdfast-verifier$(EXEEXT)

# What is made, refused and warned about at the start.
check_PROGRAMS += tests/e2e/test_start
tests_e2e_test_start_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_start_SOURCES = tests/e2e/test_start.c
tests_e2e_test_start_LDADD = $(E2E_LIBS)
tests_e2e_test_start_DEPENDENCIES = $(E2E_NEEDS) holdfast-verifier$(EXEEXT)

# Coming back after the daemon's end.
check_PROGRAMS += tests/e2e/test_comeback
tests_e2e_test_comeback_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_e2e_test_comeback_SOURCES = tests/e2e/test_comeback.c $(LOGINS_SOURCES)
tests_e2e_test_comeback_LDADD = $(LOGINS_LIBS)
tests_e2e_test_comeback_DEPENDENCIES = $(LOGINS_NEEDS)
