/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes of a cluster on one host, with a real etcd: how they know each other, draining,
 * tickets, and what goes on while etcd is away. */
#include <config.h>
#include "tests/e2e/daemon.h"
#include "tests/e2e/look.h"
#include "tests/e2e/trial.h"
#include "tests/unit/server/etcd/etcd_process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

struct nodes {
    struct trial *trial;
    struct etcd_process etcd;
    struct daemon *a, *b;
};

/* ---- setting up ---- */

static void end_etcd(void *what)
{
    etcd_process_fini(what);
}

static int free_port(struct trial *trial)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    trial_check(trial,
                bind(fd, (struct sockaddr *)&address, n) == 0 &&
                    getsockname(fd, (struct sockaddr *)&address, &n) == 0,
                "no port: %s", strerror(errno));
    close(fd);
    return ntohs(address.sin_port);
}

static void make_certificate(struct trial *trial, const char *node)
{
    const char *output = "";
    const char *const argv[] = {
        trial_built(trial, "holdfastctl"), "certificate", "node", node, "--out",
        trial_path(trial, "certificates"), NULL};
    trial_check(trial, process_run(trial, "certificate", argv, PATIENCE_MS, &output) == 0,
                "certificate: %s", output);
}

/* A node with a machine of its name, and its own `sections`; again, where it was before. */
static struct daemon *start_node_with(struct nodes *n, const char *node, const char *sections)
{
    struct trial *t = n->trial;
    const char *c = trial_path(t, "certificates");
    char *folder = trial_path(t, node);
    if (mkdir(folder, 0700) == 0)
        make_certificate(t, node);
    else
        trial_check(t, errno == EEXIST, "%s: %s", folder, strerror(errno));
    struct daemon *daemon = daemon_start_in(
        t, folder, node, "listen = {\"127.0.0.1:0\"}",
        trial_text(t,
                   "auth { methods = {none} }\n"
                   "cluster { etcd = {\"%s\"} node = %s advertise = \"127.0.0.1:%d\"\n"
                   "  ca = \"%s/ca.crt\" certificate = \"%s/%s.crt\" key = \"%s/%s.key\" }\n"
                   "machine m%s { place = {\"pattern:64x48\"} listen = {\"127.0.0.1:0\"} }\n"
                   "%s",
                   n->etcd.url, node, free_port(t), c, c, node, c, node, node, sections));
    process_wait_log(daemon->process, "\nready\n", PATIENCE_MS);
    return daemon;
}

static struct daemon *start_node(struct nodes *n, const char *node)
{
    return start_node_with(n, node, "");
}

static const json_t *find_node(struct daemon *at, const char *name)
{
    const json_t *list = daemon_ask(at, "GET", "/v1/nodes", NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *node = json_array_get(list, i);
        if (strcmp(json_string_value(json_object_get(node, "node")), name) == 0)
            return node;
    }
    return NULL;
}

/* Until `at` has that node with a link that is this. */
static void wait_link(struct nodes *n, struct daemon *at, const char *name, const char *link)
{
    long long deadline = clock_now_ms() + PATIENCE_MS;
    for (;;) {
        const json_t *node = find_node(at, name);
        const char *is = node ? json_string_value(json_object_get(node, "link")) : "unknown";
        if (strcmp(is, link) == 0)
            return;
        trial_look_again(n->trial, deadline, "the link between two nodes");
    }
}

static void wait_away(struct nodes *n, struct daemon *at, bool away)
{
    long long deadline = clock_now_ms() + PATIENCE_MS;
    for (;;) {
        const json_t *c = json_object_get(daemon_status(at), "cluster");
        if (json_is_true(json_object_get(c, "store_away")) == away)
            return;
        trial_look_again(n->trial, deadline, "whether etcd is away");
    }
}

static struct nodes *start_with(struct trial *trial, const char *sections_of_b)
{
    struct nodes *n = trial_room(trial, sizeof(*n));
    n->trial = trial;
    trial_check(trial, mkdir(trial_path(trial, "certificates"), 0700) == 0, "no folder: %s",
                strerror(errno));
    etcd_process_init(&n->etcd);
    trial_on_end(trial, end_etcd, &n->etcd);
    etcd_process_start(&n->etcd);
    n->a = start_node(n, "a");
    n->b = start_node_with(n, "b", sections_of_b);
    wait_link(n, n->a, "b", "up");
    wait_link(n, n->b, "a", "up");
    return n;
}

static struct nodes *start(struct trial *trial)
{
    return start_with(trial, "");
}

static int refused(struct nodes *n, const char *address, const char *text)
{
    const struct client_options options = {.version = 3008};
    struct client *client = client_new(&options);
    int err = client_connect(client, address, PATIENCE_MS);
    trial_check(n->trial, err < 0 && strstr(client_why(client), text), "%s does not say %s: %s",
                address, text, client_why(client));
    client_free(&client);
    return err;
}

/* ---- tests ---- */

static void nodes_list_each_other_and_their_machines(struct trial *trial)
{
    struct nodes *n = start(trial);
    const char *output = "";
    daemon_wait_machine(n->a, "mb", "running");
    daemon_wait_machine(n->b, "ma", "running");
    const json_t *b = find_node(n->a, "b"), *a = find_node(n->a, "a");
    trial_check(trial, json_is_true(json_object_get(a, "self")), "a is not itself");
    trial_check(trial, json_integer_value(json_object_get(b, "machines")) == 1,
                "machines at b");
    trial_check(trial, daemon_ctl(n->a, &output, "node", NULL) == 0 && strstr(output, "up"),
                "node: %s", output);
    trial_check(trial, daemon_counter(n->a, "cluster_nodes") == 2, "how many nodes there are");
    daemon_stop(n->b);
    daemon_wait_no_machine(n->a, "mb");
    long long deadline = clock_now_ms() + PATIENCE_MS;
    while (find_node(n->a, "b"))
        trial_look_again(trial, deadline, "that b, which has left, is forgotten");
}

static void who_comes_to_a_node_that_is_drained_is_told_another(struct trial *trial)
{
    struct nodes *n = start(trial);
    const char *output = "", *address = daemon_tcp(n->a, "ma");
    struct client *client = look_open(trial, address, "zrle", NULL);
    look_whole(trial, client);
    trial_check(trial,
                daemon_ctl(n->a, &output, "drain", NULL) == 0 &&
                    strstr(output, "still here: 1"),
                "drain: %s", output);
    refused(n, address, "this host is being drained: connect to b (127.0.0.1)");
    long long deadline = clock_now_ms() + PATIENCE_MS;
    while (!json_is_true(json_object_get(find_node(n->b, "a"), "draining")))
        trial_look_again(trial, deadline, "that b is told");
    look_whole(trial, client); /* who was there is served */
    daemon_stop(n->a);
    n->a = start_node(n, "a"); /* as for an upgrade */
    address = daemon_tcp(n->a, "ma");
    refused(n, address, "this host is being drained: connect to ");
    trial_check(trial, daemon_ctl(n->a, &output, "drain", "--off", NULL) == 0, "drain: %s",
                output);
    look_open(trial, address, "zrle", NULL);
}

/* With size and power, which who drives may change, and what an operator asks. */
static void who_drives_is_decided_at_home_and_told_where_it_was_asked(struct trial *trial)
{
    struct nodes *n = start_with(trial, "machine ma { listen = {\"127.0.0.1:0\"} }\n");
    const char *output = "";
    daemon_wait_machine(n->b, "ma", "running");
    struct client *client =
        look_open(trial, daemon_tcp(n->b, "ma"), "zrle,extendeddesktopsize", NULL);
    look_whole(trial, client);
    struct client_screen screen = client->desktop.screens[0];
    screen.width_px = 80;
    screen.height_px = 60;
    look_must(trial, client, client_send_desktop_size(client, 80, 60, &screen, 1), "a size");
    while (client->picture.width_px != 80 || client->picture.height_px != 60)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS), "that size");
    look_must(trial, client, client_send_key(client, true, 'a'), "a key");
    long long deadline = clock_now_ms() + PATIENCE_MS;
    while (!json_is_true(json_object_get(daemon_session(n->a, "anonymous"), "driving")))
        trial_look_again(trial, deadline, "that the viewer drives");
    trial_check(trial,
                daemon_ctl(n->b, &output, "control", "ma", "release", NULL) == 0 &&
                    strcmp(output, "nobody drives\n") == 0,
                "control release at b: %s", output);
    trial_check(trial,
                daemon_ctl(n->b, &output, "message", "ma", "at noon", NULL) == 0 &&
                    strcmp(output, "told 1 viewers\n") == 0,
                "message at b: %s", output);
}

static void a_ticket_is_known_at_all_nodes(struct trial *trial)
{
    struct nodes *n = start(trial);
    json_t *made = daemon_ask(n->a, "POST", "/v1/tickets",
                              json_pack("{s:s, s:s}", "machine", "ma", "user", "alice"));
    json_int_t id = json_integer_value(json_object_get(made, "id"));
    long long deadline = clock_now_ms() + PATIENCE_MS;
    while (json_array_size(daemon_ask(n->b, "GET", "/v1/tickets", NULL)) == 0)
        trial_look_again(trial, deadline, "the ticket at b");
    daemon_ask(n->b, "DELETE", trial_text(trial, "/v1/tickets/%" JSON_INTEGER_FORMAT, id),
               NULL);
    while (json_array_size(daemon_ask(n->a, "GET", "/v1/tickets", NULL)) > 0)
        trial_look_again(trial, deadline, "that it is taken back at a");
}

static void without_etcd_all_goes_on(struct trial *trial)
{
    struct nodes *n = start(trial);
    daemon_wait_machine(n->a, "mb", "running");
    etcd_process_kill(&n->etcd);
    wait_away(n, n->a, true);
    wait_away(n, n->b, true);
    struct daemon *c = start_node(n, "c"); /* waits for etcd no longer than it must */
    struct client *client = look_open(trial, daemon_tcp(c, "mc"), "zrle", NULL);
    look_whole(trial, client);
    client = look_open(trial, daemon_tcp(n->b, "mb"), "zrle", NULL);
    look_whole(trial, client);
    daemon_wait_machine(n->a, "mb", "running");
    wait_link(n, n->a, "b", "up");
    etcd_process_start(&n->etcd);
    wait_link(n, n->a, "c", "up");
    wait_link(n, c, "b", "up");
    daemon_wait_machine(c, "ma", "running");
}

int main(int argc, char **argv)
{
    const struct trial_row rows[] = {
        {.name = "nodes list each other and their machines",
         .run = nodes_list_each_other_and_their_machines},
        {.name = "who comes to a node that is drained is told another",
         .run = who_comes_to_a_node_that_is_drained_is_told_another},
        {.name = "who drives is decided at home and told where it was asked",
         .run = who_drives_is_decided_at_home_and_told_where_it_was_asked},
        {.name = "a ticket is known at all nodes", .run = a_ticket_is_known_at_all_nodes},
        {.name = "without etcd all goes on", .run = without_etcd_all_goes_on},
    };
    return trial_main(argc, argv, "nodes", rows, ARRAY_SIZE(rows));
}
