# Several hosts, as network namespaces, with an etcd; needs root, ip(8) and etcd.
HOSTS_SOURCES = tests/e2e/hosts.c tests/e2e/hosts.h tests/e2e/hosts_crew.c \
	tests/e2e/hosts_crew.h tests/e2e/hosts_crew_judge.c tests/e2e/hosts_etcd.c \
	tests/e2e/hosts_etcd.h tests/e2e/hosts_line.c tests/e2e/hosts_line.h \
	tests/e2e/hosts_net.c tests/e2e/hosts_net.h tests/e2e/hosts_party.c tests/e2e/hosts_party.h tests/e2e/hosts_vm.c tests/e2e/hosts_vm.h \
	$(LOGINS_SOURCES)
HOSTS_NEEDS = $(LOGINS_NEEDS) tests/bench/relay$(EXEEXT)

check_PROGRAMS += tests/e2e/test_hosts
tests_e2e_test_hosts_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_e2e_test_hosts_SOURCES = tests/e2e/test_hosts.c $(HOSTS_SOURCES) $(LOBBY_LOOK)
tests_e2e_test_hosts_LDADD = $(LOGINS_LIBS) $(PANGO_LIBS) $(XKB_LIBS)
tests_e2e_test_hosts_DEPENDENCIES = $(HOSTS_NEEDS)

check_PROGRAMS += tests/e2e/test_hosts_faults
tests_e2e_test_hosts_faults_CPPFLAGS = $(LOGINS_CPPFLAGS)
tests_e2e_test_hosts_faults_SOURCES = tests/e2e/test_hosts_faults.c $(HOSTS_SOURCES)
tests_e2e_test_hosts_faults_LDADD = $(LOGINS_LIBS)
tests_e2e_test_hosts_faults_DEPENDENCIES = $(HOSTS_NEEDS)
