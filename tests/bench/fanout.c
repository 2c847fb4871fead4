/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One machine, many viewers: what each further viewer costs and gets. */
#include <config.h>
#include "tests/bench/fanout_tables.h"

#include <string.h>

static const char about[] =
    "Usage: fanout [OPTION]...\n"
    "Starts holdfastd with a synthetic machine and looks at it with many viewers.\n"
    "  --only scaling  CPU and updates by the number of viewers, for the scenes type, scroll,\n"
    "                  window and video; small changes (type) against a bare loop\n"
    "  --only mixed    three classes, a third of the viewers on links of 1 Mbit/s\n"
    "  --only age      how old the picture is that arrives over such a link\n"
    "  --only memory   per viewer, and per machine\n";

static const struct {
    const char *name;
    void (*measure)(const struct knobs *k, struct report *report);
} parts[] = {
    {"scaling", fanout_scaling},
    {"mixed", fanout_mixed},
    {"age", fanout_age},
    {"memory", fanout_memory},
};

int main(int argc, char **argv)
{
    struct knobs k = {
        .runs = 3,
        .seconds = 4,
        .fps = 30,
        .viewers = {1, 4, 16, 64, 256},
        .n_viewers = 5,
        .class = load_class_find("tight"),
    };
    struct report report;
    knobs_parse(&k, argc, argv, about);
    report_init(&report, "fanout", k.json);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!k.only || !strcmp(k.only, parts[i].name))
            parts[i].measure(&k, &report);
    }
    report_fini(&report);
    return 0;
}
