# Benchmarks of several hosts: `make bench-cluster`; they need etcd (Debian's etcd-server).
BENCH_CLUSTER = tests/bench/cluster_store tests/bench/gateway
EXTRA_PROGRAMS += $(BENCH_CLUSTER)
CLEANFILES += $(BENCH_CLUSTER)
EXTRA_DIST += docs/SCALING.md

tests_bench_cluster_store_CPPFLAGS = $(BENCH_CPPFLAGS) $(SYSTEMD_CFLAGS) $(CURL_CFLAGS) $(GNUTLS_CFLAGS)
tests_bench_cluster_store_SOURCES = tests/bench/cluster_store.c tests/bench/cluster_tables.h \
	tests/bench/cluster_daemon.c tests/bench/cluster_grpc.c tests/bench/cluster_leases.c tests/bench/cluster_missing.c \
	tests/bench/cluster_outage.c tests/bench/cluster_sizes.c \
	tests/bench/control_talk.c tests/bench/control_talk.h tests/bench/node_pair.c tests/bench/node_pair.h \
	tests/unit/auth/certificates.c tests/unit/auth/certificates.h \
	tests/bench/cluster_start.c tests/bench/cluster_steady.c tests/bench/cluster_watch.c tests/bench/cluster_writes.c \
	tests/bench/etcd_server.c tests/bench/etcd_server.h tests/bench/samples.c tests/bench/samples.h \
	tests/bench/synthetic.c tests/bench/synthetic.h tests/bench/synthetic_records.c \
	tests/bench/watchers.c tests/bench/watchers.h tests/bench/watchers_bare.c \
	tests/bench/watchers_store.c tests/bench/measure.c tests/bench/measure.h \
	tests/bench/report.c tests/bench/report.h
tests_bench_cluster_store_LDADD = $(SERVER_LIBS) $(CURL_LIBS)

tests_bench_gateway_CPPFLAGS = $(BENCH_CPPFLAGS) $(CURL_CFLAGS) $(GNUTLS_CFLAGS)
tests_bench_gateway_SOURCES = tests/bench/gateway.c tests/bench/gateway_join.c tests/bench/gateway_join.h \
	tests/bench/gateway_star.c tests/bench/gateway_star.h tests/bench/control_talk.c tests/bench/control_talk.h \
	tests/bench/etcd_server.c tests/bench/etcd_server.h tests/bench/node_pair.c tests/bench/node_pair.h \
	tests/bench/samples.c tests/bench/samples.h tests/unit/auth/certificates.c \
	tests/unit/auth/certificates.h $(BENCH_TOOLS)
tests_bench_gateway_LDADD = $(BENCH_LIBS) $(CURL_LIBS) $(GNUTLS_LIBS)

bench-cluster: holdfastd $(BENCH_CLUSTER)
	@for program in $(BENCH_CLUSTER); do $$program || exit 1; done
.PHONY: bench-cluster
