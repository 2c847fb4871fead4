noinst_LIBRARIES += librfb.a
librfb_a_SOURCES = rfb/client_msg.c rfb/client_msg.h rfb/encodings.h rfb/handshake.c rfb/handshake.h \
	rfb/parse.h rfb/pixel_format.h rfb/server_cursor.c rfb/server_msg.c rfb/server_msg.h
