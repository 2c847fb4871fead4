check_PROGRAMS += tests/unit/input/test_input
tests_unit_input_test_input_CPPFLAGS = $(UNIT_CPPFLAGS) $(XKB_CFLAGS)
tests_unit_input_test_input_SOURCES = tests/unit/input/groups.h tests/unit/input/recorder.c \
	tests/unit/input/recorder.h tests/unit/input/test_hot_key.c tests/unit/input/test_input.c \
	tests/unit/input/test_keyboard.c tests/unit/input/test_keymap.c \
	tests/unit/input/test_keystate.c tests/unit/input/test_pointer.c \
	tests/unit/input/test_typist.c
tests_unit_input_test_input_LDADD = libinput.a libbase.a $(INPUT_LIBS) $(CMOCKA_LIBS)
