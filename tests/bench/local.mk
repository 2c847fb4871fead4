# Benchmarks: built and run by `make bench`, not by `make check`.

EXTRA_PROGRAMS = tests/bench/encoders tests/bench/peer_libvncserver

BENCH_CONTENT = tests/bench/content.c tests/bench/content.h tests/bench/font.c tests/bench/font.h
BENCH_FRAMES = $(BENCH_CONTENT) tests/bench/clip.c tests/bench/clip.h tests/bench/frames.c \
	tests/bench/frames.h tests/bench/measure.c tests/bench/measure.h

tests_bench_encoders_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_bench_encoders_SOURCES = tests/bench/encoders.c tests/bench/ratios.c tests/bench/ratios.h \
	$(BENCH_FRAMES)
tests_bench_encoders_LDADD = libencode.a librfb.a libframebuffer.a libbase.a $(ENCODE_LIBS) \
	$(JANSSON_LIBS) -lm

# LibVNCServer exports functions of libturbojpeg's names, so it stays in a program of its own.
tests_bench_peer_libvncserver_SOURCES = tests/bench/peer_libvncserver.c $(BENCH_FRAMES)
tests_bench_peer_libvncserver_LDADD = libframebuffer.a libbase.a -lvncserver -lm

CLEANFILES += $(EXTRA_PROGRAMS)

bench: tests/bench/encoders tests/bench/peer_libvncserver
	tests/bench/encoders --peer tests/bench/peer_libvncserver
.PHONY: bench

include tests/bench/daemon.mk
include tests/bench/idle.mk
include tests/bench/half_handshakes.mk
include tests/bench/cluster.mk
