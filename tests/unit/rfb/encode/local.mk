check_PROGRAMS += tests/unit/rfb/encode/test_encode
tests_unit_rfb_encode_test_encode_CPPFLAGS = $(UNIT_CPPFLAGS) $(ZLIB_CFLAGS)
tests_unit_rfb_encode_test_encode_SOURCES = tests/unit/rfb/encode/groups.h \
	tests/unit/rfb/encode/judge.c tests/unit/rfb/encode/judge.h \
	tests/unit/rfb/encode/scenes.c tests/unit/rfb/encode/scenes.h \
	tests/unit/rfb/encode/test_class.c tests/unit/rfb/encode/test_cut.c \
	tests/unit/rfb/encode/test_deflate.c tests/unit/rfb/encode/test_encode.c \
	tests/unit/rfb/encode/test_encoder.c tests/unit/rfb/encode/test_huffman.c
tests_unit_rfb_encode_test_encode_LDADD = libencode.a librfb.a libframebuffer.a libbase.a \
	$(TESTCLIENT_LIBS) $(ENCODE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/rfb/test_encodings
tests_unit_rfb_test_encodings_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_rfb_test_encodings_SOURCES = tests/unit/rfb/test_encodings.c
tests_unit_rfb_test_encodings_LDADD = librfb.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/rfb/test_pixel_format
tests_unit_rfb_test_pixel_format_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_rfb_test_pixel_format_SOURCES = tests/unit/rfb/test_pixel_format.c
tests_unit_rfb_test_pixel_format_LDADD = librfb.a libbase.a $(CMOCKA_LIBS)
