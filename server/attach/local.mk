libserver_a_SOURCES += server/attach/attach.c server/attach/attach.h server/attach/attach_private.h server/attach/kinds.h \
	server/attach/pattern.c server/attach/pattern_address.c server/attach/pattern_address.h \
	server/attach/pattern_scenes.c server/attach/pattern_scenes.h
