/* SPDX-License-Identifier: GPL-2.0-or-later */
/* holdfastctl certificate create, certificate node: ask no daemon. */
#include <config.h>
#include "base/alloc.h"
#include "server/certificate_node.h"
#include "server/control/ctl.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "Usage: holdfastctl certificate create [--host NAME]... [--days N] [--out DIR] [--force]\n"
    "       holdfastctl certificate node NAME [--address IP]... [--days N] [--out DIR] "
    "[--force]\n";

static const char help[] =
    "create makes a certificate that is signed by itself, and its key, for viewers' TLS.\n\n"
    "  --host NAME  a name or address that viewers connect to; may stand there several times\n"
    "               (default: this host's name, localhost, 127.0.0.1 and ::1)\n"
    "  --days N     how long it is good for (default: 3650)\n"
    "  --out DIR    where server.crt and server.key are written (default: this folder)\n"
    "  --force      replace files that are there\n\n"
    "node makes a certificate and its key for a node of a cluster, signed by the cluster's\n"
    "authority, which is made, too, where there is none. NAME is the name of the node in its\n"
    "configuration, cluster { node }.\n\n"
    "  --address IP a numeric address, to stand in it, too; nodes look at those of etcd only;\n"
    "               may stand there several times\n"
    "  --days N     how long it is good for (default: 3650), not beyond the authority's end\n"
    "  --out DIR    the folder with ca.crt and ca.key, where NAME.crt and NAME.key are "
    "written\n"
    "               (default: this folder)\n"
    "  --force      replace NAME.crt and NAME.key, never the authority\n";

enum { HOSTS_MOST = 64, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct wish {
    const char *hosts[HOSTS_MOST]; /* or addresses of a node */
    size_t n_hosts;
    bool has_host, has_address;
    struct certificate_wish certificate;
    const char *folder;
    const char *node; /* NULL: create */
    bool json, help;
};

static int complain(int status, const char *path, const char *why)
{
    fprintf(stderr, "holdfastctl: %s%s%s\n", path ? path : "", path ? ": " : "", why);
    if (status == EXIT_USAGE)
        fputs(usage, stderr);
    return status;
}

static bool read_days(const char *text, unsigned *days_r)
{
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 5 || text[n])
        return false;
    *days_r = (unsigned)strtoul(text, NULL, 10);
    return *days_r >= 1 && *days_r <= CERTIFICATE_DAYS_MOST;
}

static const char *take_host(struct wish *w, int option, const char *value)
{
    if (w->n_hosts == HOSTS_MOST)
        return "these are too many hosts";
    w->hosts[w->n_hosts++] = value;
    w->has_host |= option == 'h';
    w->has_address |= option == 'a';
    return NULL;
}

/* One option; why it cannot be taken, or NULL. */
static const char *take_option(struct wish *w, int option, const char *value)
{
    if (option == 'h' || option == 'a')
        return take_host(w, option, value);
    if (option == 'd' && !read_days(value, &w->certificate.days))
        return "--days takes a number from 1 to 36500";
    if (option == 'o')
        w->folder = value;
    else if (option == 'f')
        w->certificate.replace = true;
    else if (option == 'j')
        w->json = true;
    else if (option == 'H')
        w->help = true;
    return NULL;
}

/* What follows the options; why it is not good, or NULL. */
static const char *take_words(struct wish *w, int n, char **words)
{
    if (n == 1 && strcmp(words[0], "create") == 0)
        return w->has_address ? "--address is for certificate node" : NULL;
    if (n < 1 || strcmp(words[0], "node") != 0)
        return "certificate is followed by create, or by node and its name";
    if (n != 2)
        return "certificate node is followed by one name";
    w->node = words[1];
    return w->has_host ? "--host is for certificate create; a node has --address" : NULL;
}

/* 0 or an exit status. */
static int read_words(struct wish *w, int argc, char **argv)
{
    static const struct option table[] = {
        {"host", required_argument, NULL, 'h'}, {"address", required_argument, NULL, 'a'},
        {"days", required_argument, NULL, 'd'}, {"out", required_argument, NULL, 'o'},
        {"force", no_argument, NULL, 'f'},      {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'H'},       {0},
    };
    optind = 0; /* glibc: begin anew */
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (c == '?') {
            fputs(usage, stderr);
            return EXIT_USAGE;
        }
        const char *why = take_option(w, c, optarg);
        if (why)
            return complain(EXIT_USAGE, NULL, why);
    }
    const char *why = w->help ? NULL : take_words(w, argc - optind, argv + optind);
    return why ? complain(EXIT_USAGE, NULL, why) : 0;
}

static void print_json(json_t *o)
{
    json_dumpf(o, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(o);
}

static void tell(const struct wish *w, const char *certificate, const char *key,
                 const char *fingerprint)
{
    if (w->json) {
        print_json(json_pack("{s:s, s:s, s:s}", "certificate", certificate, "key", key,
                             "fingerprint", fingerprint));
        return;
    }
    printf("certificate  %s\n"
           "key          %s\n"
           "fingerprint  %s (SHA-256)\n\n"
           "Name both in the daemon's configuration, and reload it:\n"
           "tls { certificate = \"%s\" key = \"%s\" }\n",
           certificate, key, fingerprint, certificate, key);
}

static int create(const struct wish *w, const char *folder)
{
    char *certificate = alloc_printf("%s/server.crt", folder);
    char *key = alloc_printf("%s/server.key", folder);
    char fingerprint[FINGERPRINT_SIZE];
    const char *path = certificate, *why;
    int result =
        certificate_create(certificate, key, &w->certificate, (int64_t)time(NULL), &path, &why);
    if (result == 0) {
        path = certificate;
        result = certificate_fingerprint(certificate, fingerprint, &why);
    }
    if (result == 0)
        tell(w, certificate, key, fingerprint);
    else
        complain(EXIT_FAILED, path, why);
    if (result == -EEXIST)
        fputs("holdfastctl: --force replaces it; viewers that know the old one will ask\n",
              stderr);
    free(certificate);
    free(key);
    return result == 0 ? 0 : EXIT_FAILED;
}

static void tell_node(const struct wish *w, const struct certificate_node_files *f,
                      bool ca_made)
{
    if (w->json) {
        print_json(json_pack("{s:s, s:s, s:s, s:s, s:b}", "node", w->node, "certificate",
                             f->certificate, "key", f->key, "ca", f->ca, "ca_made", ca_made));
        return;
    }
    printf("certificate  %s\n"
           "key          %s\n"
           "authority    %s (%s)\n\n",
           f->certificate, f->key, f->ca, ca_made ? "made now" : "was there");
    printf("Copy these three to the host of node %s, for instance into /etc/holdfast, so that\n"
           "nobody else can read the key (mode 0600), and name them in its configuration:\n"
           "cluster {\n"
           "    node        = \"%s\"\n"
           "    ca          = \"/etc/holdfast/ca.crt\"\n"
           "    certificate = \"/etc/holdfast/%s.crt\"\n"
           "    key         = \"/etc/holdfast/%s.key\"\n"
           "}\n"
           "All nodes have the same ca.crt. Copy %s to none of them, and keep it safe:\n"
           "it is needed for the next node, and who has it can be any node.\n",
           w->node, w->node, w->node, w->node, f->ca_key);
}

static int make_node(const struct wish *w, const char *folder)
{
    const struct certificate_node_wish wish = {.node = w->node,
                                               .addresses = w->hosts,
                                               .n_addresses = w->n_hosts,
                                               .days = w->certificate.days,
                                               .replace = w->certificate.replace};
    struct certificate_node_files files;
    const char *path = NULL, *why = NULL;
    bool ca_made;
    certificate_node_files_init(&files, folder, w->node);
    int result =
        certificate_node_create(&files, &wish, (int64_t)time(NULL), &ca_made, &path, &why);
    if (result == 0)
        tell_node(w, &files, ca_made);
    else
        complain(EXIT_FAILED, path, why);
    if (result == -EEXIST)
        fputs("holdfastctl: --force replaces it; the node needs the new files then\n", stderr);
    certificate_node_files_fini(&files);
    return result == 0 ? 0 : EXIT_FAILED;
}

int ctl_certificate(bool json, int argc, char **argv)
{
    struct wish w = {.folder = ".", .json = json};
    w.certificate = (struct certificate_wish){
        .hosts = w.hosts, .days = CERTIFICATE_DAYS, .group = (gid_t)-1};
    int status = read_words(&w, argc, argv);
    if (status)
        return status;
    if (w.help) {
        printf("%s%s", usage, help);
        return 0;
    }
    w.certificate.n_hosts = w.n_hosts;
    char *folder = realpath(w.folder, NULL);
    if (!folder)
        return complain(EXIT_FAILED, w.folder, strerror(errno));
    status = w.node ? make_node(&w, folder) : create(&w, folder);
    free(folder);
    return status;
}
