# What benchmarks measure with, and tests may use.

check_PROGRAMS += tests/unit/bench/test_clip tests/unit/bench/test_load_framing \
	tests/unit/bench/test_measure tests/unit/bench/test_ratios tests/unit/bench/test_relay

tests_unit_bench_test_clip_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bench_test_clip_SOURCES = tests/unit/bench/test_clip.c $(BENCH_CLIP)
tests_unit_bench_test_clip_LDADD = libframebuffer.a libbase.a $(CMOCKA_LIBS) -lm

tests_unit_bench_test_measure_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bench_test_measure_SOURCES = tests/unit/bench/test_measure.c tests/bench/measure.c \
	tests/bench/measure.h
tests_unit_bench_test_measure_LDADD = libbase.a $(CMOCKA_LIBS)

tests_unit_bench_test_ratios_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bench_test_ratios_SOURCES = tests/unit/bench/test_ratios.c tests/bench/ratios.c \
	tests/bench/ratios.h
tests_unit_bench_test_ratios_LDADD = $(CMOCKA_LIBS) -lm

tests_unit_bench_test_load_framing_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bench_test_load_framing_SOURCES = tests/unit/bench/test_load_framing.c \
	tests/bench/load_framing.c tests/bench/load_framing.h tests/bench/load_rects.c \
	tests/bench/load_rects.h
tests_unit_bench_test_load_framing_LDADD = $(CMOCKA_LIBS)

tests_unit_bench_test_relay_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bench_test_relay_SOURCES = tests/unit/bench/test_relay.c tests/bench/relay.c \
	tests/bench/relay.h
tests_unit_bench_test_relay_LDADD = libbase.a $(CMOCKA_LIBS)
