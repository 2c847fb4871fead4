noinst_LIBRARIES += libserver.a
libserver_a_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS) $(CONFUSE_CFLAGS) $(MHD_CFLAGS) $(PNG_CFLAGS)
libserver_a_SOURCES =
SERVER_LIBS = libserver.a libauth.a libinput.a libframebuffer.a libencode.a librfb.a libbase.a \
	$(SYSTEMD_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) $(MHD_LIBS) $(AUTH_LIBS) $(INPUT_LIBS) $(ENCODE_LIBS) -lm

sbin_PROGRAMS += holdfastd
holdfastd_CPPFLAGS = $(libserver_a_CPPFLAGS)
holdfastd_SOURCES = server/main.c
holdfastd_LDADD = $(SERVER_LIBS)
