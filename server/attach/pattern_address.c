/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/pattern_address.h"

#include <errno.h>
#include <string.h>

enum { DIGITS_MOST = 6 };

/* Decimal digits at *at, no sign, no space; *at moves behind them. */
static bool parse_number(const char **at, int *value_r)
{
    int value = 0, n = 0;
    while (**at >= '0' && **at <= '9') {
        if (++n > DIGITS_MOST)
            return false;
        value = value * 10 + (*(*at)++ - '0');
    }
    *value_r = value;
    return n > 0;
}

static bool parse_option(const char **at, struct pattern_address *a)
{
    const char *name = *at, *value = name + strcspn(name, "=,");
    if (*value++ != '=')
        return false;
    size_t n = strcspn(value, ",");
    *at = value + n;
    if (!strncmp(name, "mode=", 5))
        return pattern_scene_by_name(value, n, &a->scene) == 0;
    int fps;
    if (strncmp(name, "fps=", 4) || !parse_number(&value, &fps) || value != *at)
        return false;
    a->fps = (unsigned)fps;
    return fps >= 1 && fps <= PATTERN_FPS_MOST;
}

int pattern_address_parse(const char *text, struct pattern_address *address_r,
                          const char **why_r)
{
    struct pattern_address a = {.scene = PATTERN_STILL, .fps = PATTERN_FPS_DEFAULT};
    *why_r = "a pattern begins with its size, as in pattern:1280x800";
    if (!parse_number(&text, &a.w) || *text++ != 'x' || !parse_number(&text, &a.h))
        return -EINVAL;
    *why_r = "a pattern's size is at most 16384 px each way";
    if (!surface_size_ok(a.w, a.h))
        return -EINVAL;
    *why_r =
        "a pattern's options are mode=still, scroll, number-scroll, type, video, number-video "
        "or window, and fps=1 to 240";
    while (*text) {
        if (*text++ != ',' || !parse_option(&text, &a))
            return -EINVAL;
    }
    *address_r = a;
    return 0;
}
