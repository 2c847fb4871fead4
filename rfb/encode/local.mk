noinst_LIBRARIES += libencode.a
libencode_a_CPPFLAGS = $(AM_CPPFLAGS) $(JPEG_CFLAGS) $(ZLIB_CFLAGS) $(ISAL_CFLAGS) $(PNG_CFLAGS)
libencode_a_SOURCES = rfb/encode/choose.c rfb/encode/choose.h rfb/encode/class.c rfb/encode/class.h \
	rfb/encode/cut.c rfb/encode/cut.h rfb/encode/encoder.c rfb/encode/encoder.h \
	rfb/encode/job.h rfb/encode/pixels.c rfb/encode/pixels.h rfb/encode/raw.c
ENCODE_LIBS = $(JPEG_LIBS) $(ISAL_LIBS) $(ZLIB_LIBS) $(PNG_LIBS)
librfb_a_SOURCES += rfb/encodings.c rfb/pixel_format.c rfb/vectorise.h
