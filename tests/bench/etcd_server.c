/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/etcd_server.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "server/etcd/etcd_words.h"
#include "tests/bench/measure.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOKS_MOST = 6000, LOOK_AGAIN_US = 10000, ANSWER_MOST = 256 << 20 };

/* ---- asking ---- */

static size_t on_data(char *data, size_t size, size_t n, void *self)
{
    struct bytes *in = self;
    bytes_put(in, data, size * n);
    return in->overflow ? 0 : size * n;
}

/* text NULL: a GET. in_r is left with a zero behind. */
static CURLcode transfer(const char *url, const char *text, struct bytes *in_r)
{
    CURL *curl = curl_easy_init();
    bytes_init(in_r, ANSWER_MOST);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, in_r);
    if (text)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    bytes_put_u8(in_r, 0);
    return code;
}

/* Takes body over. in_r: to be freed. */
static void post(const struct etcd_server *e, const char *path, json_t *body,
                 struct bytes *in_r)
{
    char *url = alloc_printf("%s%s", e->url, path);
    char *text = json_dumps(body, JSON_COMPACT);
    CURLcode code = transfer(url, text, in_r);
    if (code != CURLE_OK)
        measure_fail(url, curl_easy_strerror(code));
    json_decref(body);
    free(text);
    free(url);
}

/* bytes_r may be NULL. */
static json_t *ask(const struct etcd_server *e, const char *path, json_t *body, size_t *bytes_r)
{
    struct bytes in;
    post(e, path, body, &in);
    json_t *answer = json_loads((const char *)in.data, 0, NULL);
    if (!answer || json_object_get(answer, "error"))
        measure_fail(path, (const char *)in.data);
    if (bytes_r)
        *bytes_r = in.len - 1;
    bytes_fini(&in);
    return answer;
}

json_t *etcd_server_ask(const struct etcd_server *e, const char *path, json_t *body)
{
    return ask(e, path, body, NULL);
}

size_t etcd_server_weigh(const struct etcd_server *e, json_t *range)
{
    size_t sum = 0, n = 0;
    bool more;
    do {
        json_t *answer = ask(e, "/v3/kv/range", json_incref(range), &n);
        sum += n;
        more = etcd_range_next(range, answer);
        json_decref(answer);
    } while (more);
    json_decref(range);
    return sum;
}

uint64_t etcd_server_revision(const struct etcd_server *e)
{
    json_t *answer = etcd_server_ask(e, "/v3/kv/range", json_pack("{s:s}", "key", "eA=="));
    const json_t *header = json_object_get(answer, "header");
    const char *text = json_string_value(json_object_get(header, "revision"));
    uint64_t revision = text ? strtoull(text, NULL, 10) : 0;
    json_decref(answer);
    return revision;
}

void etcd_server_compact(const struct etcd_server *e)
{
    char revision[24];
    snprintf(revision, sizeof(revision), "%llu", (unsigned long long)etcd_server_revision(e));
    json_decref(etcd_server_ask(e, "/v3/kv/compaction",
                                json_pack("{s:s, s:b}", "revision", revision, "physical", 1)));
}

double etcd_server_metric(const struct etcd_server *e, const char *name)
{
    struct bytes in;
    double value = 0;
    char *url = alloc_printf("%s/metrics", e->url), *wanted = alloc_printf("\n%s ", name);
    if (transfer(url, NULL, &in) == CURLE_OK) {
        const char *found = strstr((const char *)in.data, wanted);
        value = found ? strtod(found + strlen(wanted), NULL) : 0;
    }
    bytes_fini(&in);
    free(wanted);
    free(url);
    return value;
}

/* ---- running ---- */

bool etcd_server_answers(const struct etcd_server *e)
{
    struct bytes in;
    char *url = alloc_printf("%s/health", e->url);
    CURLcode code = transfer(url, NULL, &in);
    bool healthy = code == CURLE_OK && strstr((const char *)in.data, "true");
    bytes_fini(&in);
    free(url);
    return healthy;
}

void etcd_server_begin(struct etcd_server *e)
{
    char *peer = alloc_printf("http://127.0.0.1:%u", e->peer_port);
    char *cluster = alloc_printf("one=%s", peer);
    const char *const argv[] = {"etcd",    "--name",
                                "one",     "--data-dir",
                                e->folder, "--listen-client-urls",
                                e->url,    "--advertise-client-urls",
                                e->url,    "--listen-peer-urls",
                                peer,      "--initial-advertise-peer-urls",
                                peer,      "--initial-cluster",
                                cluster,   NULL};
    e->pid = measure_start("etcd", argv);
    free(cluster);
    free(peer);
}

void etcd_server_start(struct etcd_server *e)
{
    etcd_server_begin(e);
    for (unsigned i = 0; !etcd_server_answers(e); i++) {
        if (i == LOOKS_MOST || waitpid(e->pid, NULL, WNOHANG) != 0)
            measure_fail("etcd", "it does not start; is etcd-server installed?");
        usleep(LOOK_AGAIN_US);
    }
}

void etcd_server_init(struct etcd_server *e)
{
    static unsigned number;
    *e = (struct etcd_server){.client_port = measure_free_port(),
                              .peer_port = measure_free_port()};
    e->folder = alloc_printf("%s/etcd%u", measure_folder(), number++);
    e->url = alloc_printf("http://127.0.0.1:%u", e->client_port);
    etcd_server_start(e);
}

void etcd_server_kill(struct etcd_server *e)
{
    if (e->pid > 0) {
        kill(e->pid, SIGKILL);
        waitpid(e->pid, NULL, 0);
    }
    e->pid = 0;
}

void etcd_server_fini(struct etcd_server *e)
{
    etcd_server_kill(e);
    free(e->folder);
    free(e->url);
    *e = (struct etcd_server){0};
}
