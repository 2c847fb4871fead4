STILL_PEERS = tests/unit/server/cluster/still_peers.c tests/unit/server/cluster/still_peers.h
check_PROGRAMS += tests/unit/server/cluster/test_link
tests_unit_server_cluster_test_link_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_cluster_test_link_SOURCES = tests/unit/server/cluster/link_pair.c tests/unit/server/cluster/link_pair.h \
	tests/unit/server/cluster/test_link.c
tests_unit_server_cluster_test_link_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_link_frame
tests_unit_server_cluster_test_link_frame_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_cluster_test_link_frame_SOURCES = tests/unit/server/cluster/test_link_frame.c
tests_unit_server_cluster_test_link_frame_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_link_dial
tests_unit_server_cluster_test_link_dial_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(GNUTLS_CFLAGS)
tests_unit_server_cluster_test_link_dial_SOURCES = tests/unit/server/cluster/link_pair.c \
	tests/unit/server/cluster/link_pair.h tests/unit/server/cluster/test_link_dial.c \
	tests/unit/auth/certificates.c tests/unit/auth/certificates.h
tests_unit_server_cluster_test_link_dial_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_directory
tests_unit_server_cluster_test_directory_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_cluster_test_directory_SOURCES = $(STILL_PEERS) tests/unit/server/cluster/test_directory.c
tests_unit_server_cluster_test_directory_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_registry
tests_unit_server_cluster_test_registry_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_cluster_test_registry_SOURCES = tests/unit/server/cluster/test_registry.c
tests_unit_server_cluster_test_registry_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_places
tests_unit_server_cluster_test_places_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_cluster_test_places_SOURCES = tests/unit/server/cluster/hosts.c \
	tests/unit/server/cluster/hosts.h tests/unit/server/cluster/test_places.c
tests_unit_server_cluster_test_places_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_machine_msg
tests_unit_server_cluster_test_machine_msg_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_cluster_test_machine_msg_SOURCES = tests/unit/server/cluster/test_machine_msg.c
tests_unit_server_cluster_test_machine_msg_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

PEOPLE = tests/unit/server/cluster/people.c tests/unit/server/cluster/people.h \
	tests/unit/server/cluster/late_store.c tests/unit/server/cluster/late_store.h
check_PROGRAMS += tests/unit/server/cluster/test_people
tests_unit_server_cluster_test_people_CPPFLAGS = $(CORE_TEST_CPPFLAGS) -DHOSTS_WITH_SESSIONS
tests_unit_server_cluster_test_people_SOURCES = tests/unit/server/cluster/hosts.c \
	tests/unit/server/cluster/hosts.h $(PEOPLE) tests/unit/server/cluster/test_people.c
tests_unit_server_cluster_test_people_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_pictures
tests_unit_server_cluster_test_pictures_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_cluster_test_pictures_SOURCES = tests/unit/server/cluster/hosts.c \
	tests/unit/server/cluster/hosts.h tests/unit/server/cluster/stage.c tests/unit/server/cluster/stage.h \
	tests/unit/server/cluster/test_pictures.c
tests_unit_server_cluster_test_pictures_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_relay_pixels
tests_unit_server_cluster_test_relay_pixels_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_cluster_test_relay_pixels_SOURCES = tests/unit/server/cluster/hosts.c \
	tests/unit/server/cluster/hosts.h tests/unit/server/cluster/stage.c tests/unit/server/cluster/stage.h \
	tests/unit/server/cluster/test_relay_pixels.c
tests_unit_server_cluster_test_relay_pixels_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_view_msg
tests_unit_server_cluster_test_view_msg_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_cluster_test_view_msg_SOURCES = tests/unit/server/cluster/test_view_msg.c \
	tests/unit/server/cluster/view_again.h
tests_unit_server_cluster_test_view_msg_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_seat_msg
tests_unit_server_cluster_test_seat_msg_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_cluster_test_seat_msg_SOURCES = tests/unit/server/cluster/test_seat_msg.c
tests_unit_server_cluster_test_seat_msg_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_served_views
tests_unit_server_cluster_test_served_views_CPPFLAGS = $(CORE_TEST_CPPFLAGS)
tests_unit_server_cluster_test_served_views_SOURCES = tests/unit/server/cluster/hosts.c \
	tests/unit/server/cluster/hosts.h tests/unit/server/cluster/test_served_views.c
tests_unit_server_cluster_test_served_views_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_people_random
tests_unit_server_cluster_test_people_random_CPPFLAGS = $(CORE_TEST_CPPFLAGS) -DHOSTS_WITH_SESSIONS
tests_unit_server_cluster_test_people_random_SOURCES = tests/unit/server/cluster/hosts.c \
	tests/unit/server/cluster/hosts.h $(PEOPLE) tests/unit/server/cluster/test_people_random.c
tests_unit_server_cluster_test_people_random_LDADD = $(CORE_TEST_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_cluster_store
tests_unit_server_cluster_test_cluster_store_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_cluster_test_cluster_store_SOURCES = $(STILL_PEERS) \
	tests/unit/server/cluster/test_cluster_store.c \
	tests/unit/server/etcd/etcd_process.c tests/unit/server/etcd/etcd_process.h
tests_unit_server_cluster_test_cluster_store_LDADD = $(SERVER_LIBS) $(CURL_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_nodes
tests_unit_server_cluster_test_nodes_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_cluster_test_nodes_SOURCES = $(STILL_PEERS) tests/unit/server/cluster/test_nodes.c
tests_unit_server_cluster_test_nodes_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/cluster/test_record
tests_unit_server_cluster_test_record_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_cluster_test_record_SOURCES = tests/unit/server/cluster/test_record.c
tests_unit_server_cluster_test_record_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
