check_PROGRAMS += tests/unit/server/etcd/test_words tests/unit/server/etcd/test_store tests/unit/server/etcd/test_pages
tests_unit_server_etcd_test_words_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_etcd_test_words_SOURCES = tests/unit/server/etcd/test_words.c
tests_unit_server_etcd_test_words_LDADD = $(SERVER_LIBS) $(CURL_LIBS) $(CMOCKA_LIBS)

tests_unit_server_etcd_test_store_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_etcd_test_store_SOURCES = tests/unit/server/etcd/etcd_process.c tests/unit/server/etcd/etcd_process.h \
	tests/unit/server/etcd/test_store.c \
	tests/unit/server/session/store_rows.c tests/unit/server/session/store_rows.h
tests_unit_server_etcd_test_store_LDADD = $(SERVER_LIBS) $(CURL_LIBS) $(CMOCKA_LIBS)

tests_unit_server_etcd_test_pages_CPPFLAGS = $(UNIT_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_server_etcd_test_pages_SOURCES = tests/unit/server/etcd/etcd_process.c tests/unit/server/etcd/etcd_process.h \
	tests/unit/server/etcd/test_pages.c \
	tests/unit/server/session/store_rows.c tests/unit/server/session/store_rows.h
tests_unit_server_etcd_test_pages_LDADD = $(SERVER_LIBS) $(CURL_LIBS) $(CMOCKA_LIBS)
