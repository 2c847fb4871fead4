check_PROGRAMS += tests/unit/server/cluster/test_link
tests_unit_server_cluster_test_link_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_cluster_test_link_SOURCES = tests/unit/server/cluster/link_pair.c tests/unit/server/cluster/link_pair.h \
	tests/unit/server/cluster/test_link.c
tests_unit_server_cluster_test_link_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
