libserver_a_CPPFLAGS += $(SQLITE_CFLAGS)
libserver_a_SOURCES += server/session/asked.c server/session/away.c server/session/console.c \
	server/session/console_image.c server/session/console_image.h server/session/consoles.c \
	server/session/fence.c server/session/history.c server/session/home.h server/session/homes.c \
	server/session/keeping.c server/session/kept.c server/session/numbers.c server/session/seat.c \
	server/session/session.c server/session/session.h server/session/sessions.c \
	server/session/sessions.h server/session/sessions_private.h server/session/store.h \
	server/session/store_db.c server/session/store_db.h server/session/store_sqlite.c \
	server/session/store_watches.c server/session/store_watches.h \
	server/session/told.c server/session/wheel.c server/session/wheel.h \
	server/session/wheel_table.c server/session/wheel_table.h
