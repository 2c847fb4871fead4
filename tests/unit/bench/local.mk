# What benchmarks measure with, and tests may use.

check_PROGRAMS += tests/unit/bench/test_load_framing tests/unit/bench/test_relay

tests_unit_bench_test_load_framing_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bench_test_load_framing_SOURCES = tests/unit/bench/test_load_framing.c \
	tests/bench/load_framing.c tests/bench/load_framing.h tests/bench/load_rects.c \
	tests/bench/load_rects.h
tests_unit_bench_test_load_framing_LDADD = $(CMOCKA_LIBS)

tests_unit_bench_test_relay_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bench_test_relay_SOURCES = tests/unit/bench/test_relay.c tests/bench/relay.c \
	tests/bench/relay.h
tests_unit_bench_test_relay_LDADD = libbase.a $(CMOCKA_LIBS)
