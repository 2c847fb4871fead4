# What a live migration looks like to a viewer: `make bench-switch`.
EXTRA_PROGRAMS += tests/bench/switch
tests_bench_switch_CPPFLAGS = $(E2E_CPPFLAGS)
tests_bench_switch_SOURCES = tests/bench/switch.c tests/bench/report.c tests/bench/report.h \
	tests/bench/measure.c tests/bench/measure.h \
	tests/e2e/test_move_pair.c tests/e2e/test_move_pair.h
tests_bench_switch_LDADD = $(E2E_LIBS)
tests_bench_switch_DEPENDENCIES = $(E2E_NEEDS)

bench-switch: tests/bench/switch
	$(AM_TESTS_ENVIRONMENT) tests/bench/switch
.PHONY: bench-switch
