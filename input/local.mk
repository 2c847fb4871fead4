noinst_LIBRARIES += libinput.a
libinput_a_CPPFLAGS = $(AM_CPPFLAGS) $(XKB_CFLAGS)
libinput_a_SOURCES =
INPUT_LIBS = $(XKB_LIBS)
