/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address of a synthetic place, "WxH[,mode=NAME][,fps=N]", as numbers. Pure. */
#ifndef HF_SERVER_ATTACH_PATTERN_ADDRESS_H
#define HF_SERVER_ATTACH_PATTERN_ADDRESS_H

#include "server/attach/pattern_scenes.h"

enum { PATTERN_FPS_DEFAULT = 30, PATTERN_FPS_MOST = 240 };

struct pattern_address {
    int w, h; /* px */
    enum pattern_scene scene;
    unsigned fps; /* 1..PATTERN_FPS_MOST */
};

/* 0, or -EINVAL and *why_r (static) what is wrong. */
int pattern_address_parse(const char *text, struct pattern_address *address_r,
                          const char **why_r);

#endif
