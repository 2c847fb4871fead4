# Benchmarks of the daemon. BENCH_DAEMON is run, in this order, by `make bench-daemon`.

BENCH_DAEMON = tests/bench/compare tests/bench/floor tests/bench/fanout \
	tests/bench/tls tests/bench/latency tests/bench/qemu
EXTRA_PROGRAMS += $(BENCH_DAEMON) tests/bench/load tests/bench/relay

BENCH_TOOLS = tests/bench/measure.c tests/bench/measure.h tests/bench/report.c tests/bench/report.h \
	tests/bench/knobs.c tests/bench/knobs.h tests/bench/load.c tests/bench/load.h \
	tests/bench/load_framing.c tests/bench/load_framing.h tests/bench/load_login.c \
	tests/bench/load_login.h tests/bench/load_rects.c tests/bench/load_rects.h
BENCH_FLOOR = tests/bench/floor_server.c tests/bench/floor_server.h tests/bench/floor_trial.c \
	tests/bench/floor_trial.h
BENCH_FANOUT_DAEMON = tests/bench/control_talk.c tests/bench/control_talk.h \
	tests/bench/fanout_daemon.c tests/bench/fanout_daemon.h
BENCH_RELAY = tests/bench/relay.c tests/bench/relay.h
BENCH_MACHINE = tests/bench/qemu_machine.c tests/bench/qemu_machine.h tests/bench/installer.c \
	tests/bench/installer.h tests/bench/qmp_talk.c tests/bench/qmp_talk.h
BENCH_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
BENCH_LIBS = libbase.a $(JANSSON_LIBS)

tests_bench_load_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_load_SOURCES = tests/bench/load_main.c $(BENCH_TOOLS)
tests_bench_load_LDADD = $(BENCH_LIBS)

tests_bench_relay_SOURCES = tests/bench/relay_main.c $(BENCH_RELAY)
tests_bench_relay_LDADD = libbase.a

tests_bench_compare_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_compare_SOURCES = tests/bench/compare.c $(BENCH_TOOLS)
tests_bench_compare_LDADD = libframebuffer.a $(BENCH_LIBS)

tests_bench_floor_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_floor_SOURCES = tests/bench/floor.c $(BENCH_FLOOR) $(BENCH_TOOLS)
tests_bench_floor_LDADD = $(BENCH_LIBS)

tests_bench_fanout_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_fanout_SOURCES = tests/bench/fanout.c tests/bench/fanout_age.c \
	$(BENCH_FANOUT_DAEMON) tests/bench/fanout_memory.c \
	tests/bench/fanout_mixed.c tests/bench/fanout_scaling.c tests/bench/fanout_tables.h \
	tests/bench/fanout_trial.c tests/bench/fanout_trial.h $(BENCH_FLOOR) $(BENCH_RELAY) \
	$(BENCH_TOOLS)
tests_bench_fanout_LDADD = $(TESTCLIENT_LIBS) $(BENCH_LIBS)

tests_bench_tls_CPPFLAGS = $(BENCH_CPPFLAGS) $(GNUTLS_CFLAGS)
tests_bench_tls_SOURCES = tests/bench/tls.c tests/bench/tls_floor.c tests/bench/tls_floor.h \
	tests/bench/load_tls.c tests/bench/load_tls.h tests/bench/ratios.c tests/bench/ratios.h \
	$(BENCH_FANOUT_DAEMON) $(BENCH_TOOLS)
tests_bench_tls_LDADD = $(SERVER_LIBS)

tests_bench_latency_CPPFLAGS = $(BENCH_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_bench_latency_SOURCES = tests/bench/latency.c $(BENCH_FANOUT_DAEMON) $(FAKE_QEMU) $(BENCH_TOOLS)
tests_bench_latency_LDADD = $(SERVER_LIBS)

tests_bench_qemu_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_qemu_SOURCES = tests/bench/qemu.c tests/bench/qemu_trial.c tests/bench/qemu_trial.h \
	$(BENCH_MACHINE) \
	$(BENCH_FANOUT_DAEMON) tests/bench/ratios.c tests/bench/ratios.h \
	$(BENCH_TOOLS)
tests_bench_qemu_LDADD = libframebuffer.a $(BENCH_LIBS) -lm

EXTRA_DIST += tests/bench/short.sh docs/PERFORMANCE.md

# Clips of real machines, for encoders and peers: tests/bench/record FOLDER
EXTRA_PROGRAMS += tests/bench/record
tests_bench_record_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_record_SOURCES = tests/bench/record.c $(BENCH_MACHINE) $(BENCH_CLIP)
tests_bench_record_LDADD = libframebuffer.a libbase.a $(JANSSON_LIBS) -lm

bench-daemon: holdfastd tests/guest/guest.elf $(BENCH_DAEMON)
	@for program in $(BENCH_DAEMON); do $$program || exit 1; done

# Other servers that play the same clips; they need libneatvnc-dev, libaml-dev and libpixman-1-dev, libx11-dev
# and libxext-dev. One that cannot be built is left out.
BENCH_PEERS = tests/bench/peer_libvncserver_live tests/bench/peer_neatvnc tests/bench/peer_xvnc
EXTRA_PROGRAMS += tests/bench/peers $(BENCH_PEERS)
BENCH_CLIP = tests/bench/clip.c tests/bench/clip.h $(BENCH_CONTENT) tests/bench/measure.c \
	tests/bench/measure.h
BENCH_FEEDER = tests/bench/feeder.c tests/bench/feeder.h tests/bench/clip.c tests/bench/clip.h \
	$(BENCH_CONTENT) $(FAKE_QEMU)

tests_bench_peers_CPPFLAGS = $(BENCH_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_bench_peers_SOURCES = tests/bench/peers.c tests/bench/peer_servers.c \
	tests/bench/peer_servers.h tests/bench/ratios.c tests/bench/ratios.h \
	$(BENCH_FANOUT_DAEMON) $(BENCH_FEEDER) $(BENCH_TOOLS)
tests_bench_peers_LDADD = $(SERVER_LIBS) -lm

tests_bench_peer_libvncserver_live_SOURCES = tests/bench/peer_libvncserver_live.c $(BENCH_CLIP)
tests_bench_peer_libvncserver_live_LDADD = libframebuffer.a libbase.a -lvncserver -lm

tests_bench_peer_neatvnc_CPPFLAGS = $(AM_CPPFLAGS) `pkg-config --cflags pixman-1`
tests_bench_peer_neatvnc_SOURCES = tests/bench/peer_neatvnc.c $(BENCH_CLIP)
tests_bench_peer_neatvnc_LDADD = libframebuffer.a libbase.a -lneatvnc -laml -lpixman-1 -lm

tests_bench_peer_xvnc_SOURCES = tests/bench/peer_xvnc.c $(BENCH_CLIP)
tests_bench_peer_xvnc_LDADD = libframebuffer.a libbase.a -lX11 -lXext -lm

bench-peers: holdfastd tests/bench/peers
	-$(MAKE) -k $(BENCH_PEERS)
	tests/bench/peers
.PHONY: bench-daemon bench-peers
