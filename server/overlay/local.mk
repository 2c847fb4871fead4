# What the daemon draws itself, and what carries it to viewers.
libserver_a_SOURCES += server/view_private.c server/view_private.h \
	server/view_scale.c server/view_scale.h server/viewer_move.c server/machine/drawn.c server/machine/drawn.h \
	server/overlay/lobby.c server/overlay/lobby.h server/overlay/lobby_draw.c \
	server/overlay/lobby_cards.c server/overlay/lobby_private.h server/overlay/lobby_room.c \
	server/overlay/lobby_room.h server/overlay/lobby_show.c \
	server/overlay/thumb.c server/overlay/thumb.h \
	server/overlay/machine_notices.c server/overlay/machine_notices.h \
	server/overlay/menu.c server/overlay/menu.h server/overlay/menu_draw.c \
	server/overlay/menu_shape.c server/overlay/menu_shape.h \
	server/overlay/notice.c server/overlay/notice.h \
	server/overlay/notice_strip.c server/overlay/notice_strip.h \
	server/overlay/overlay.c server/overlay/overlay.h server/overlay/overlay_private.h \
	server/overlay/overlay_input.c server/overlay/overlay_menu.c \
	server/overlay/session_notices.c server/overlay/session_notices.h \
	server/overlay/paint.c server/overlay/paint.h
