/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a test of a fuzz target: runs it once over every file named in the arguments, a folder
 * standing for the files in it. Without arguments the corpus of the program fuzz_NAME is
 * tests/fuzz/corpus/NAME below $top_srcdir.
 */
#include <config.h>
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The bytes are in memory of exactly their size, so that sanitizers see a read beyond. */
static int replay_file(const char *path)
{
    struct stat st;
    FILE *f = fopen(path, "rb");
    if (!f || fstat(fileno(f), &st) < 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    size_t n = (size_t)st.st_size;
    uint8_t *data = malloc(n ? n : 1);
    if (!data || fread(data, 1, n, f) != n) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    fclose(f);
    LLVMFuzzerTestOneInput(data, n);
    free(data);
    return 1;
}

static int replay(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return replay_file(path);
    int n = 0;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        char file[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        n += replay_file(file);
    }
    closedir(dir);
    return n;
}

static void own_corpus(const char *program, char *path_r, size_t size)
{
    const char *source = getenv("top_srcdir"), *slash = strrchr(program, '/');
    const char *name = slash ? slash + 1 : program;
    if (strncmp(name, "fuzz_", 5) == 0)
        name += 5;
    snprintf(path_r, size, "%s/tests/fuzz/corpus/%s", source ? source : ".", name);
}

int main(int argc, char **argv)
{
    int n = 0;
    char path[4096];
    for (int i = 1; i < argc; i++)
        n += replay(argv[i]);
    if (argc < 2) {
        own_corpus(argv[0], path, sizeof(path));
        n = replay(path);
    }
    printf("%d inputs replayed\n", n);
    return n ? EXIT_SUCCESS : EXIT_FAILURE;
}
