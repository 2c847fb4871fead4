libserver_a_CPPFLAGS += $(CURL_CFLAGS)
libserver_a_SOURCES += server/etcd/etcd_http.c server/etcd/etcd_http.h server/etcd/etcd_keys.c server/etcd/etcd_keys.h \
	server/etcd/etcd_answers.c server/etcd/etcd_private.h server/etcd/etcd_queue.c server/etcd/etcd_watch.c server/etcd/etcd_words.c \
	server/etcd/etcd_words.h server/etcd/store_etcd.c server/etcd/store_etcd.h
