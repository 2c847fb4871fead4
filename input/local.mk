noinst_LIBRARIES += libinput.a
libinput_a_CPPFLAGS = $(AM_CPPFLAGS) $(XKB_CFLAGS)
libinput_a_SOURCES = input/hot_key.c input/hot_key.h input/keyboard.c input/keyboard.h input/keymap.c input/keymap.h \
	input/keymap_keys.c input/keymap_keys.h input/keystate.c input/keystate.h \
	input/pointer.c input/pointer.h input/sink.h input/typist.c input/typist.h
INPUT_LIBS = $(XKB_LIBS)
