/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feeder: a (fake) QEMU in a process of its own whose screen plays a clip. It shares its
 * memory, as QEMU 11 does, and says of each frame what differs (clip_damage).
 */
#ifndef HF_BENCH_FEEDER_H
#define HF_BENCH_FEEDER_H

#include <sys/types.h>

/* Starts it; a place for holdfastd, to be freed. */
char *feeder_start(const char *clip_path, unsigned fps, pid_t *pid_r);

#endif
