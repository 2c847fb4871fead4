noinst_LIBRARIES += libauth.a
libauth_a_CPPFLAGS = $(AM_CPPFLAGS) $(NETTLE_CFLAGS)
libauth_a_SOURCES =
AUTH_LIBS = $(NETTLE_LIBS)
