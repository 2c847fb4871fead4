/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/node_pair.h"
#include "base/alloc.h"
#include "tests/bench/control_talk.h"
#include "tests/bench/measure.h"
#include "tests/unit/auth/certificates.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOKS_MOST = 6000, LOOK_AGAIN_US = 10000 };

/* ---- certificates ---- */

static const char *const names[] = {"gateway",  "gateway1", "gateway2", "gateway3", "gateway4",
                                    "gateway5", "gateway6", "gateway7", "home"};

static void make_certificates(void)
{
    struct certificate ca, node;
    certificate_make(&ca, &(struct certificate_wish){.cn = "nodes", .authority = true}, NULL);
    certificate_write(&ca, measure_folder(), "ca");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        certificate_make(&node, &(struct certificate_wish){.cn = names[i], .dns = names[i]},
                         &ca);
        certificate_write(&node, measure_folder(), names[i]);
        certificate_fini(&node);
    }
    certificate_fini(&ca);
}

/* ---- a node ---- */

static char *write_config(const struct pair_node *node, const struct etcd_server *etcd,
                          const char *place)
{
    const char *folder = measure_folder(), *name = node->name;
    char *path = alloc_printf("%s/%s.conf", folder, name);
    FILE *f = fopen(path, "w");
    if (!f)
        measure_fail(path, strerror(errno));
    fprintf(f,
            "server { listen = {\"127.0.0.1:0\"} control = \"%s\" }\n"
            "auth { methods = {none} max-pending = 2000 max-pending-per-address = 2000 }\n"
            "cluster { etcd = {\"%s\"} node = %s advertise = \"127.0.0.1:%u\"\n"
            "  ca = \"%s/ca.crt\" certificate = \"%s/%s.crt\" key = \"%s/%s.key\" }\n",
            node->control, etcd->url, name, node->port, folder, folder, name, folder, name);
    if (place)
        fprintf(f, "machine bench { place = {\"%s\"} }\n", place);
    fclose(f);
    return path;
}

void pair_node_start(struct pair_node *node, const char *name, const char *program,
                     const struct etcd_server *etcd, const char *place)
{
    char *built = program ? NULL : measure_sibling("holdfastd");
    *node = (struct pair_node){.name = name, .port = measure_free_port()};
    node->control = alloc_printf("%s/%s.sock", measure_folder(), name);
    char *ca = alloc_printf("%s/ca.crt", measure_folder());
    if (access(ca, F_OK) != 0)
        make_certificates();
    free(ca);
    char *config = write_config(node, etcd, place);
    const char *const argv[] = {program ? program : built, "-c", config, NULL};
    node->pid = measure_start(name, argv);
    free(measure_wait_log(name, "ready"));
    node->address = measure_wait_log(name, "listening on ");
    free(config);
    free(built);
}

void pair_node_stop(struct pair_node *node)
{
    measure_stop(node->pid);
    free(node->address);
    free(node->control);
    *node = (struct pair_node){0};
}

uint64_t pair_node_counter(const struct pair_node *node, const char *name)
{
    json_t *status = control_get(node->control, "/v1/status");
    json_t *counters = json_object_get(status, "counters");
    uint64_t value = (uint64_t)json_integer_value(json_object_get(counters, name));
    json_decref(status);
    return value;
}

/* ---- both ---- */

static bool has_running(const struct pair_node *node)
{
    json_t *answer = control_get(node->control, "/v1/machines");
    char *text = json_dumps(answer, JSON_COMPACT);
    bool has = strstr(text, "\"bench\"") && strstr(text, "\"running\"");
    free(text);
    json_decref(answer);
    return has;
}

static void wait_for_machine(const struct pair_node *node)
{
    for (unsigned i = 0; !has_running(node); i++) {
        if (i == LOOKS_MOST)
            measure_fail(node->name, "it does not find the machine of the other node");
        usleep(LOOK_AGAIN_US);
    }
}

void pair_gateway_start(struct pair_node *node, unsigned i, const char *program,
                        const struct etcd_server *etcd)
{
    pair_node_start(node, names[i], program, etcd, NULL);
    wait_for_machine(node);
}

void node_pair_start(struct node_pair *p, const char *program, const char *place)
{
    etcd_server_init(&p->etcd);
    pair_node_start(&p->home, "home", program, &p->etcd, place);
    pair_node_start(&p->gateway, names[0], program, &p->etcd, NULL);
    if (place)
        wait_for_machine(&p->gateway);
}

void node_pair_stop(struct node_pair *p)
{
    pair_node_stop(&p->gateway);
    pair_node_stop(&p->home);
    etcd_server_fini(&p->etcd);
}

uint64_t node_pair_link_bytes(const struct node_pair *p)
{
    char command[96], line[2048];
    unsigned long long sum = 0;
    snprintf(command, sizeof(command), "ss -tinH sport = :%u 2>/dev/null", p->home.port);
    FILE *pipe = popen(command, "re");
    while (pipe && fgets(line, sizeof(line), pipe)) {
        const char *found = strstr(line, "bytes_sent:");
        sum += found ? strtoull(found + strlen("bytes_sent:"), NULL, 10) : 0;
    }
    if (pipe)
        pclose(pipe);
    return sum;
}
