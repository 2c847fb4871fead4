# Several people at one machine, who log in by name.
check_PROGRAMS += tests/e2e/test_people
tests_e2e_test_people_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_e2e_test_people_SOURCES = tests/e2e/test_people.c $(LOGINS_SOURCES)
tests_e2e_test_people_LDADD = $(LOGINS_LIBS)
tests_e2e_test_people_DEPENDENCIES = $(LOGINS_NEEDS)
