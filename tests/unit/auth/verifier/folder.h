/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scratch folder of a test, and the files in it. Knows nothing of what they are for. */
#ifndef HF_TESTS_UNIT_AUTH_VERIFIER_FOLDER_H
#define HF_TESTS_UNIT_AUTH_VERIFIER_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    char path[64];
};

struct folder_path {
    char text[192];
};

static inline void folder_make(struct folder *f)
{
    snprintf(f->path, sizeof(f->path), "/tmp/holdfast-verifier-XXXXXX");
    if (!mkdtemp(f->path) || chmod(f->path, 0755) < 0)
        abort();
}

static inline int folder_remove_one(const char *path, const struct stat *st, int type,
                                    struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

static inline void folder_remove(struct folder *f)
{
    nftw(f->path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline struct folder_path folder_file(const struct folder *f, const char *name)
{
    struct folder_path p;
    snprintf(p.text, sizeof(p.text), "%s/%s", f->path, name);
    return p;
}

static inline void folder_write(const struct folder *f, const char *name, const char *text,
                                mode_t mode)
{
    struct folder_path p = folder_file(f, name);
    FILE *file = fopen(p.text, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0 || chmod(p.text, mode) < 0)
        abort();
}

#endif
