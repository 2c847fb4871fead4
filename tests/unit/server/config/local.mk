check_PROGRAMS += tests/unit/server/config/test_address
tests_unit_server_config_test_address_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_config_test_address_SOURCES = tests/unit/server/config/test_address.c
tests_unit_server_config_test_address_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_config
tests_unit_server_config_test_config_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_config_test_config_SOURCES = tests/unit/server/config/test_config.c
tests_unit_server_config_test_config_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_config_scan
tests_unit_server_config_test_config_scan_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_config_test_config_scan_SOURCES = tests/unit/server/config/test_config_scan.c
tests_unit_server_config_test_config_scan_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_network
tests_unit_server_config_test_network_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_config_test_network_SOURCES = tests/unit/server/config/test_network.c
tests_unit_server_config_test_network_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_proxy_header
tests_unit_server_config_test_proxy_header_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_config_test_proxy_header_SOURCES = tests/unit/server/config/test_proxy_header.c
tests_unit_server_config_test_proxy_header_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_audit
tests_unit_server_config_test_audit_CPPFLAGS = $(UNIT_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_config_test_audit_SOURCES = tests/unit/server/config/test_audit.c
tests_unit_server_config_test_audit_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_privileges
tests_unit_server_config_test_privileges_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_server_config_test_privileges_SOURCES = tests/unit/server/config/test_privileges.c
tests_unit_server_config_test_privileges_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_certificate
tests_unit_server_config_test_certificate_CPPFLAGS = $(UNIT_CPPFLAGS) $(GNUTLS_CFLAGS)
tests_unit_server_config_test_certificate_SOURCES = tests/unit/server/config/test_certificate.c
tests_unit_server_config_test_certificate_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_certificate_node
tests_unit_server_config_test_certificate_node_CPPFLAGS = $(UNIT_CPPFLAGS) $(GNUTLS_CFLAGS)
tests_unit_server_config_test_certificate_node_SOURCES = tests/unit/server/config/test_certificate_node.c
tests_unit_server_config_test_certificate_node_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_ticket_keeping
tests_unit_server_config_test_ticket_keeping_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_config_test_ticket_keeping_SOURCES = tests/unit/server/config/test_ticket_keeping.c
tests_unit_server_config_test_ticket_keeping_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_verifier_dialer
tests_unit_server_config_test_verifier_dialer_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_config_test_verifier_dialer_SOURCES = tests/unit/server/config/test_verifier_dialer.c
tests_unit_server_config_test_verifier_dialer_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/server/config/test_ticket_sharing
tests_unit_server_config_test_ticket_sharing_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_unit_server_config_test_ticket_sharing_SOURCES = tests/unit/server/config/test_ticket_sharing.c
tests_unit_server_config_test_ticket_sharing_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
