/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast the encoders are and how many bytes they make, by content and class, and
 * LibVNCServer beside them in the same run on the same frames and damage.
 */
#include <config.h>

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rfb/encode/cut.h"
#include "rfb/encode/encoder.h"
#include "base/alloc.h"
#include "tests/bench/frames.h"
#include "tests/bench/measure.h"
#include "tests/bench/ratios.h"

/* What is measured: an encoding, and the level of quality that the client asks for. */
static const struct bench_class {
    const char *name;
    int32_t encoding;
    int quality, compression; /* levels, or -1 */
    bool peer;                /* LibVNCServer has it too */
} classes[] = {
    {"tight", ENCODING_TIGHT, -1, -1, true},
    {"zrle", ENCODING_ZRLE, -1, -1, true},
    {"tight-q8", ENCODING_TIGHT, 8, -1, true},
    {"tight-q5", ENCODING_TIGHT, 5, -1, true},
    {"tight-fast", ENCODING_TIGHT, -1, 0, false},
    {"tight-small", ENCODING_TIGHT, -1, 9, false},
    {"zlib", ENCODING_ZLIB, -1, -1, true},
    {"hextile", ENCODING_HEXTILE, -1, -1, true},
    {"rre", ENCODING_RRE, -1, -1, true},
    {"trle", ENCODING_TRLE, -1, -1, false},
    {"jpeg", ENCODING_JPEG, 8, -1, false},
    {"tight-png", ENCODING_TIGHT_PNG, -1, -1, false},
    {"raw", ENCODING_RAW, -1, -1, true},
};
enum { CLASSES = sizeof classes / sizeof *classes, CLIPS_MOST = 32, RUNS_MOST = 101 };

/* What is encoded. */
struct material {
    const char *name;
    char *path; /* of the clip */
};

struct measure {
    double px, us, bytes, rects;
    unsigned updates;
};

struct options {
    const char *class, *content, *peer;
    unsigned frames, runs;
    bool json;
    struct material materials[CLIPS_MOST];
    unsigned n_materials;
};

static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct encode_class class_of(const struct bench_class *b)
{
    int32_t list[3] = {
        b->encoding, b->quality < 0 ? ENCODING_CURSOR : ENCODING_QUALITY_0 + b->quality,
        b->compression < 0 ? ENCODING_CURSOR : ENCODING_COMPRESSION_0 + b->compression};
    struct encodings e = encodings_from_list(list, 3);
    return encode_class_for(&e, &pixel_format_native);
}

/* One update: from the damage to its bytes. */
static void encode_frame(struct encode_scratch *scratch, const struct encode_class *c,
                         const struct frames *f, struct rect_list *list, struct encoded *out)
{
    list->n = 0;
    bytes_clear(&out->bytes);
    damage_clear(&out->lossy);
    out->n_rects = 0;
    cut_damage(&f->damage, c, list);
    for (size_t i = 0; i < list->n; i++)
        encode_rect(scratch, c, &f->now, list->rects[i], out);
}

static struct measure measure_ours(const struct bench_class *b, const struct material *material)
{
    enum { UPDATE_HEADER = 4 };
    struct encode_scratch *scratch = encode_scratch_new();
    struct encode_class c = class_of(b);
    struct measure m = {0};
    struct rect_list list = {0};
    struct encoded out;
    struct frames f;
    frames_init(&f, material->path);
    encoded_init(&out, &f.now);
    while (frames_next(&f)) {
        double start = cpu_us();
        encode_frame(scratch, &c, &f, &list, &out);
        m.us += cpu_us() - start;
        m.px += (double)f.damaged_px;
        m.bytes += (double)out.bytes.len + UPDATE_HEADER;
        m.rects += out.n_rects;
        m.updates++;
    }
    encoded_fini(&out);
    frames_fini(&f);
    rect_list_fini(&list);
    encode_scratch_free(&scratch);
    return m;
}

/* Runs the peer's program; false when it has no figures. */
static bool measure_peer(const struct bench_class *b, const struct material *material,
                         const struct options *o, struct measure *m_r)
{
    char command[4096];
    if (!b->peer || !o->peer ||
        snprintf(command, sizeof command, "'%s' '%s' %d %d", o->peer, material->path,
                 (int)b->encoding, b->quality) >= (int)sizeof command)
        return false;
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return false;
    int n = fscanf(pipe, "%lf %lf %lf", &m_r->px, &m_r->us, &m_r->bytes);
    return pclose(pipe) == 0 && n == 3;
}

static double speed(const struct measure *m)
{
    return m->px * 4 / m->us;
}

static double bits(const struct measure *m)
{
    return m->bytes * 8 / m->px;
}

static json_t *report_json(const char *content, const struct measure *m,
                           const struct measure *peer)
{
    json_t *row = json_pack("{s:s, s:f, s:f, s:f, s:f}", "content", content, "mb_per_cpu_s",
                            speed(m), "bits_per_px", bits(m), "bytes", m->bytes,
                            "rects_per_update", m->rects / m->updates);
    if (peer)
        json_object_set_new(row, "libvncserver",
                            json_pack("{s:f, s:f, s:f, s:f}", "mb_per_cpu_s", speed(peer),
                                      "bits_per_px", bits(peer), "speed_ratio",
                                      speed(m) / speed(peer), "bytes_ratio",
                                      bits(m) / bits(peer)));
    return row;
}

static void report_text(const char *content, const struct measure *m,
                        const struct measure *peer)
{
    printf("  %-8s %7.0f MB/s %8.3f bit/px %7.1f rects", content, speed(m), bits(m),
           m->rects / m->updates);
    if (peer)
        printf("   libvncserver %6.0f MB/s %8.3f bit/px   %5.2f x speed %6.3f x bytes",
               speed(peer), bits(peer), speed(m) / speed(peer), bits(m) / bits(peer));
    printf("\n");
}

/* Both sides in turn, so that neither has the machine to itself; the median times. */
static bool measure_both(const struct bench_class *b, const struct material *material,
                         const struct options *o, struct measure *m_r, struct measure *peer_r)
{
    double us[RUNS_MOST], peer_us[RUNS_MOST];
    bool has_peer = true;
    for (unsigned run = 0; run < o->runs; run++) {
        *m_r = measure_ours(b, material);
        has_peer = has_peer && measure_peer(b, material, o, peer_r);
        us[run] = m_r->us;
        peer_us[run] = has_peer ? peer_r->us : 0;
    }
    m_r->us = measure_median(us, o->runs);
    peer_r->us = measure_median(peer_us, o->runs);
    return has_peer;
}

static json_t *run_class(const struct bench_class *b, const struct options *o)
{
    struct ratios speeds = {.n = 0}, sizes = {.n = 0};
    json_t *rows = json_array();
    if (!o->json)
        printf("%s\n", b->name);
    for (unsigned i = 0; i < o->n_materials; i++) {
        const struct material *material = &o->materials[i];
        struct measure m = {0}, peer = {0};
        bool has_peer = measure_both(b, material, o, &m, &peer);
        if (has_peer) {
            ratios_add(&speeds, speed(&m) / speed(&peer));
            ratios_add(&sizes, bits(&m) / bits(&peer));
        }
        json_array_append_new(rows, report_json(material->name, &m, has_peer ? &peer : NULL));
        if (!o->json)
            report_text(material->name, &m, has_peer ? &peer : NULL);
        fflush(stdout);
    }
    json_t *report = json_pack("{s:s, s:o}", "class", b->name, "rows", rows);
    if (speeds.n) {
        double s = ratios_mean(&speeds), n = ratios_mean(&sizes);
        json_object_set_new(report, "geometric_mean",
                            json_pack("{s:f, s:f}", "speed_ratio", s, "bytes_ratio", n));
        if (!o->json)
            printf("  geometric mean: %.2f x the pixels per CPU second, %.3f x the bytes\n", s,
                   n);
    }
    return report;
}

static const char help[] =
    "usage: %s [OPTION]... [CLIP]...\n"
    "Measures the encoders on synthetic content, or on clips as `record` makes them: BGRX "
    "pixels "
    "per second of CPU, and bits per pixel.\n\n"
    "  -c, --class NAME     one class only (--list shows them)\n"
    "  -C, --content NAME   one kind of content only\n"
    "  -n, --frames N       frames of each content; 0: as many as suit it\n"
    "  -r, --runs N         measures each side N times, in turn, and takes medians (5)\n"
    "  -p, --peer PROGRAM   the program peer_libvncserver, to compare with\n"
    "  -j, --json           prints JSON\n"
    "  -l, --list           lists classes and content\n"
    "  -h, --help           shows this\n";

static void list_names(void)
{
    printf("classes:");
    for (int i = 0; i < CLASSES; i++)
        printf(" %s", classes[i].name);
    printf("\ncontent:");
    for (unsigned i = 0; i < CONTENT_KINDS; i++)
        printf(" %s", content_name(i));
    printf("\n");
}

/* -1: go on; else the exit status. */
static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option long_options[] = {
        {"class", required_argument, NULL, 'c'},
        {"content", required_argument, NULL, 'C'},
        {"frames", required_argument, NULL, 'n'},
        {"runs", required_argument, NULL, 'r'},
        {"peer", required_argument, NULL, 'p'},
        {"json", no_argument, NULL, 'j'},
        {"list", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "c:C:n:r:p:jlh", long_options, NULL)) != -1;) {
        switch (c) {
        case 'c':
            o->class = optarg;
            break;
        case 'C':
            o->content = optarg;
            break;
        case 'n':
            o->frames = (unsigned)atoi(optarg);
            break;
        case 'r':
            o->runs = (unsigned)atoi(optarg);
            break;
        case 'p':
            o->peer = optarg;
            break;
        case 'j':
            o->json = true;
            break;
        case 'l':
            list_names();
            return 0;
        case 'h':
            printf(help, argv[0]);
            return 0;
        default:
            return 2;
        }
    }
    return o->runs && o->runs <= RUNS_MOST ? -1 : 2;
}

static void add_material(struct options *o, const char *name, char *path)
{
    if (o->n_materials == CLIPS_MOST)
        measure_fail(name, "these are too many clips");
    o->materials[o->n_materials++] = (struct material){name, path};
}

static void add_contents(struct options *o)
{
    for (unsigned kind = 0; kind < CONTENT_KINDS; kind++) {
        if (o->content && strcmp(o->content, content_name(kind)) != 0)
            continue;
        char *path = alloc_printf("%s/%s.clip", measure_folder(), content_name(kind));
        clip_write_content(path, kind, o->frames);
        add_material(o, content_name(kind), path);
    }
}

static void add_clips(struct options *o, char **paths, int n)
{
    for (int i = 0; i < n; i++) {
        const char *slash = strrchr(paths[i], '/');
        add_material(o, slash ? slash + 1 : paths[i], alloc_text(paths[i]));
    }
}

int main(int argc, char **argv)
{
    struct options o = {.runs = 5};
    int rc = read_options(argc, argv, &o);
    if (rc >= 0)
        return rc;
    if (optind == argc || o.content)
        add_contents(&o);
    add_clips(&o, argv + optind, argc - optind);
    json_t *reports = json_array();
    for (int i = 0; i < CLASSES; i++) {
        if (!o.class || !strcmp(o.class, classes[i].name))
            json_array_append_new(reports, run_class(&classes[i], &o));
    }
    if (o.json) {
        json_dumpf(reports, stdout, JSON_INDENT(1));
        printf("\n");
    }
    json_decref(reports);
    for (unsigned i = 0; i < o.n_materials; i++)
        free(o.materials[i].path);
    return 0;
}
