# What machines cost that nobody looks at.

BENCH_DAEMON += tests/bench/idle
tests_bench_idle_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_idle_SOURCES = tests/bench/idle.c tests/bench/idle_peers.c tests/bench/idle_peers.h \
	tests/bench/measure.c tests/bench/measure.h tests/bench/report.c tests/bench/report.h
tests_bench_idle_LDADD = $(BENCH_LIBS)
