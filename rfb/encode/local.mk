noinst_LIBRARIES += libencode.a
libencode_a_CPPFLAGS = $(AM_CPPFLAGS) $(JPEG_CFLAGS) $(ZLIB_CFLAGS) $(ISAL_CFLAGS) $(PNG_CFLAGS)
libencode_a_SOURCES = \
	rfb/encode/bit_writer.h rfb/encode/cell.c rfb/encode/cell.h rfb/encode/choose.c \
	rfb/encode/choose.h rfb/encode/class.c rfb/encode/class.h rfb/encode/codes.c \
	rfb/encode/codes.h rfb/encode/cut.c rfb/encode/cut.h rfb/encode/deflate.c \
	rfb/encode/deflate.h rfb/encode/encoder.c rfb/encode/encoder.h rfb/encode/fragment.c \
	rfb/encode/fragment.h rfb/encode/gradient.c rfb/encode/gradient.h \
	rfb/encode/hextile.c rfb/encode/huffman.c rfb/encode/huffman.h rfb/encode/job.h \
	rfb/encode/jpeg.c rfb/encode/jpeg.h rfb/encode/jpeg_rect.c rfb/encode/matches.c \
	rfb/encode/matches.h rfb/encode/palette.c rfb/encode/palette.h rfb/encode/pixels.c \
	rfb/encode/pixels.h rfb/encode/plan.c rfb/encode/plan.h rfb/encode/png.c \
	rfb/encode/png.h rfb/encode/raw.c rfb/encode/row.h rfb/encode/rre.c \
	rfb/encode/subrects.c rfb/encode/subrects.h rfb/encode/tight.c \
	rfb/encode/tight_data.c rfb/encode/tight_data.h rfb/encode/tile.c rfb/encode/tile.h \
	rfb/encode/trle.c rfb/encode/zlib.c rfb/encode/zrle.c
ENCODE_LIBS = $(JPEG_LIBS) $(ISAL_LIBS) $(ZLIB_LIBS) $(PNG_LIBS)
librfb_a_SOURCES += rfb/encodings.c rfb/pixel_format.c rfb/pixel_translator.c \
	rfb/pixel_translator.h rfb/vectorise.h
