# What the daemon draws itself, and what carries it to viewers.
libserver_a_SOURCES += server/view_private.c server/view_private.h \
	server/overlay/machine_notices.c server/overlay/machine_notices.h \
	server/overlay/notice.c server/overlay/notice.h \
	server/overlay/notice_strip.c server/overlay/notice_strip.h \
	server/overlay/paint.c server/overlay/paint.h
