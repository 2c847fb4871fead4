# What viewers notice of logins that are begun and never ended.

BENCH_DAEMON += tests/bench/half_handshakes
tests_bench_half_handshakes_CPPFLAGS = $(BENCH_CPPFLAGS) $(GNUTLS_CFLAGS)
tests_bench_half_handshakes_SOURCES = tests/bench/half_handshakes.c tests/bench/besieger.c \
	tests/bench/besieger.h $(BENCH_FANOUT_DAEMON) \
	tests/bench/measure.c tests/bench/measure.h tests/bench/report.c tests/bench/report.h
tests_bench_half_handshakes_LDADD = $(BENCH_LIBS) $(GNUTLS_LIBS)
