/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much etcd holds for machines and sessions, and what a node holds in memory. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster.h"
#include "server/cluster/peer.h"
#include "server/cluster/served.h"
#include "server/machine/machine.h"
#include "server/session/session.h"
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

#include <stdlib.h>
#include <unistd.h>

enum { PER_NODE = 1000, TTL_S = 3600, REWRITES = 4, CHANGES_MOST = 100 };
enum { SHOWN_AFTER_US = 300000 }; /* etcd counts what it has committed, every 100 ms */

#define IN_USE "etcd_mvcc_db_total_size_in_use_in_bytes"
#define IN_FILE "etcd_mvcc_db_total_size_in_bytes"

/* All records of a kind, without conditions: many in a transaction. */
static void write_all(struct world *w, enum record kind, unsigned turn)
{
    struct store_change changes[CHANGES_MOST];
    for (unsigned m = 0; m < w->n * w->machines;) {
        struct synthetic *node = &w->nodes[m / w->machines];
        unsigned n = 0;
        for (; n < CHANGES_MOST && m < (node->number + 1) * w->machines; n++, m++)
            changes[n] = (struct store_change){.key = record_key(kind, node->name, m),
                                               .value = record_value(kind, node->name, m, turn),
                                               .lease = kind == RECORD_PLACE ? node->lease : 0};
        node->store->ops->transact(node->store, NULL, 0, changes, n, NULL, NULL);
        while (n--) {
            free((char *)changes[n].key);
            free((char *)changes[n].value);
        }
    }
    for (unsigned i = 0; i < w->n; i++)
        w->nodes[i].store->ops->settle(w->nodes[i].store);
}

static double mib(const struct etcd_server *etcd, const char *metric)
{
    usleep(SHOWN_AFTER_US);
    return etcd_server_metric(etcd, metric) / (1 << 20);
}

static void show(struct report *report, unsigned machines)
{
    struct etcd_server etcd;
    struct world world;
    unsigned nodes = machines > PER_NODE ? machines / PER_NODE : 1;
    etcd_server_init(&etcd);
    world_init(&world, &etcd, nodes, machines / nodes, TTL_S);
    for (enum record kind = RECORD_PLACE; kind < RECORDS; kind++)
        write_all(&world, kind, 0);
    etcd_server_compact(&etcd);
    double once = mib(&etcd, IN_USE);
    for (unsigned i = 0; i < REWRITES; i++)
        write_all(&world, RECORD_SESSION, i + 1);
    double before = mib(&etcd, IN_FILE);
    double rewrite = (mib(&etcd, IN_USE) - once) * (1 << 20) / machines / REWRITES;
    etcd_server_compact(&etcd);
    report_row(report, json_pack("{s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "machines",
                                 (int)machines, "records MiB", once, "of a machine, bytes",
                                 once * (1 << 20) / machines, "of a rewrite, bytes", rewrite,
                                 "file MiB after 4 rewrites", before, "in use, compacted",
                                 mib(&etcd, IN_USE), "etcd RSS MiB",
                                 (double)measure_memory_kib(etcd.pid, "Rss") / 1024));
    world_fini(&world);
    etcd_server_fini(&etcd);
}

static void show_structs(struct report *report)
{
    static const struct {
        const char *what;
        size_t bytes;
    } rows[] = {
        {"machine", sizeof(struct machine)},
        {"place", sizeof(struct place)},
        {"place at another node, as it is known", sizeof(struct cluster_place)},
        {"other node", sizeof(struct peer)},
        {"machine at another node that is in use", sizeof(struct peer_machine)},
        {"machine that another node uses", sizeof(struct served_machine)},
        {"session", sizeof(struct session)},
        {"console (sessions of a machine)", sizeof(struct console)},
    };
    report_table(report, "structures of a node, bytes, without what they point to");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        report_row(report,
                   json_pack("{s:s, s:i}", "what", rows[i].what, "bytes", (int)rows[i].bytes));
}

void cluster_sizes(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{1000, 10000, 100000}, 3};
    const struct list *machines = o->machines.n ? &o->machines : &usual;
    report_table(report, "what etcd holds: a place, a home and a session of each machine");
    for (unsigned i = 0; i < machines->n; i++)
        show(report, machines->values[i]);
    show_structs(report);
}
