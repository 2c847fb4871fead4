libserver_a_CPPFLAGS += $(SQLITE_CFLAGS)
libserver_a_SOURCES += server/session/store.h server/session/store_db.c \
	server/session/store_db.h server/session/store_sqlite.c server/session/wheel.c \
	server/session/wheel.h
