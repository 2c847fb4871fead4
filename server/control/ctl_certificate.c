/* SPDX-License-Identifier: GPL-2.0-or-later */
/* holdfastctl certificate create: asks no daemon. */
#include <config.h>
#include "base/alloc.h"
#include "server/certificate.h"
#include "server/control/ctl.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "Usage: holdfastctl certificate create [--host NAME]... [--days N] [--out DIR] [--force]\n";

static const char help[] =
    "Makes a certificate that is signed by itself, and its key, for TLS.\n\n"
    "  --host NAME  a name or address that viewers connect to; may stand there several times\n"
    "               (default: this host's name, localhost, 127.0.0.1 and ::1)\n"
    "  --days N     how long it is good for (default: 3650)\n"
    "  --out DIR    where server.crt and server.key are written (default: this folder)\n"
    "  --force      replace files that are there\n";

enum { HOSTS_MOST = 64, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct wish {
    const char *hosts[HOSTS_MOST];
    struct certificate_wish certificate;
    const char *folder;
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

/* One option; why it cannot be taken, or NULL. */
static const char *take_option(struct wish *w, int option, const char *value)
{
    if (option == 'h' && w->certificate.n_hosts == HOSTS_MOST)
        return "these are too many hosts";
    if (option == 'h')
        w->hosts[w->certificate.n_hosts++] = value;
    else if (option == 'd' && !read_days(value, &w->certificate.days))
        return "--days takes a number from 1 to 36500";
    else if (option == 'o')
        w->folder = value;
    else if (option == 'f')
        w->certificate.replace = true;
    else if (option == 'j')
        w->json = true;
    else if (option == 'H')
        w->help = true;
    return NULL;
}

/* 0 or an exit status. */
static int read_words(struct wish *w, int argc, char **argv)
{
    static const struct option table[] = {
        {"host", required_argument, NULL, 'h'},
        {"days", required_argument, NULL, 'd'},
        {"out", required_argument, NULL, 'o'},
        {"force", no_argument, NULL, 'f'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'H'},
        {0},
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
    if (!w->help && (optind + 1 != argc || strcmp(argv[optind], "create") != 0))
        return complain(EXIT_USAGE, NULL, "certificate is followed by create");
    return 0;
}

static void tell(const struct wish *w, const char *certificate, const char *key,
                 const char *fingerprint)
{
    if (w->json) {
        json_t *o = json_pack("{s:s, s:s, s:s}", "certificate", certificate, "key", key,
                              "fingerprint", fingerprint);
        json_dumpf(o, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(o);
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
    char *folder = realpath(w.folder, NULL);
    if (!folder)
        return complain(EXIT_FAILED, w.folder, strerror(errno));
    status = create(&w, folder);
    free(folder);
    return status;
}
