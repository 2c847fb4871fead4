noinst_LIBRARIES += libauth.a
libauth_a_CPPFLAGS = $(AM_CPPFLAGS) $(NETTLE_CFLAGS) $(GMP_CFLAGS) $(GNUTLS_CFLAGS)
libauth_a_SOURCES = auth/client_name.c auth/client_name.h auth/dh.c auth/dh.h auth/gather.c \
	auth/gather.h auth/guard.c auth/guard.h auth/guard_table.c auth/guard_table.h auth/key_file.c \
	auth/key_file.h auth/login_name.c auth/login_name.h auth/method.c auth/method.h \
	auth/methods.h auth/mpz.h auth/none.c auth/offer.c auth/offer.h auth/password_file.c \
	auth/plain.c auth/plain.h auth/ra2.c auth/ra2.h auth/ra2_cipher.c auth/ra2_cipher.h \
	auth/ra2_exchange.c auth/ra2_exchange.h auth/ra2_key.c auth/ra2_key.h auth/ra2_stream.c \
	auth/ra2_stream.h auth/role.h auth/rules.c auth/rules.h auth/sealer.c auth/sealer.h \
	auth/ticket.c auth/ticket.h auth/tls_credentials.c auth/tls_credentials.h auth/tls_files.c \
	auth/tls_files.h auth/tls_private.h auth/tls_node.c auth/tls_node.h \
	auth/tls_node_credentials.c auth/tls_node_private.h auth/tls_over.c auth/tls_stream.c \
	auth/tls_stream.h auth/tls_verify.c auth/tls_verify.h auth/vencrypt.c auth/vencrypt.h \
	auth/vnc.c auth/vnc.h
AUTH_LIBS = $(GNUTLS_LIBS) $(NETTLE_LIBS) $(GMP_LIBS)
