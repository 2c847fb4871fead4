# Logins: the reference client with TLS, PAM services of the test's own.
LOGINS_CPPFLAGS = $(E2E_CPPFLAGS) $(GNUTLS_CFLAGS) $(NETTLE_CFLAGS) $(GMP_CFLAGS)
LOGINS_SOURCES = tests/e2e/test_logins_door.c tests/e2e/test_logins_door.h \
	tests/e2e/test_logins_ra2.c tests/e2e/test_logins_ra2.h \
	tests/unit/auth/certificates.c tests/unit/auth/certificates.h
LOGINS_LIBS = $(E2E_LIBS) $(AUTH_LIBS)
LOGINS_NEEDS = $(E2E_NEEDS) holdfast-verifier$(EXEEXT)

check_PROGRAMS += tests/e2e/test_logins_accounts
tests_e2e_test_logins_accounts_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_e2e_test_logins_accounts_SOURCES = tests/e2e/test_logins_accounts.c $(LOGINS_SOURCES)
tests_e2e_test_logins_accounts_LDADD = $(LOGINS_LIBS)
tests_e2e_test_logins_accounts_DEPENDENCIES = $(LOGINS_NEEDS)

check_PROGRAMS += tests/e2e/test_logins_limits
tests_e2e_test_logins_limits_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_e2e_test_logins_limits_SOURCES = tests/e2e/test_logins_limits.c $(LOGINS_SOURCES)
tests_e2e_test_logins_limits_LDADD = $(LOGINS_LIBS)
tests_e2e_test_logins_limits_DEPENDENCIES = $(LOGINS_NEEDS)

dist_check_SCRIPTS += tests/e2e/test_logins_clients.sh
TESTS += tests/e2e/test_logins_clients.sh

check_PROGRAMS += tests/e2e/test_logins_tickets
tests_e2e_test_logins_tickets_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_e2e_test_logins_tickets_SOURCES = tests/e2e/test_logins_tickets.c $(LOGINS_SOURCES)
tests_e2e_test_logins_tickets_LDADD = $(LOGINS_LIBS)
tests_e2e_test_logins_tickets_DEPENDENCIES = $(LOGINS_NEEDS)
