noinst_LIBRARIES += libauth.a
libauth_a_CPPFLAGS = $(AM_CPPFLAGS) $(NETTLE_CFLAGS)
libauth_a_SOURCES = auth/method.c auth/method.h auth/methods.h auth/none.c auth/password_file.c \
	auth/vnc.c auth/vnc.h
AUTH_LIBS = $(NETTLE_LIBS)
