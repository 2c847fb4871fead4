/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a JPEG picture from standard input and writes it as PPM: eyes for noVNC, which leaves
 * pictures to its browser. */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

enum { INPUT_MOST = 64 << 20 };

static int fail(const char *why)
{
    fprintf(stderr, "jpeg_to_ppm: %s\n", why);
    return EXIT_FAILURE;
}

static int convert(tjhandle tj, const unsigned char *jpeg, unsigned long n)
{
    int w, h, subsampling, colours;
    if (tjDecompressHeader3(tj, jpeg, n, &w, &h, &subsampling, &colours) < 0)
        return fail(tjGetErrorStr2(tj));
    unsigned char *rgb = malloc((size_t)w * (size_t)h * 3);
    int r = EXIT_SUCCESS;
    if (!rgb || tjDecompress2(tj, jpeg, n, rgb, w, 0, h, TJPF_RGB, TJFLAG_ACCURATEDCT) < 0) {
        r = fail(rgb ? tjGetErrorStr2(tj) : "no memory");
    } else {
        printf("P6\n%d %d\n255\n", w, h);
        fwrite(rgb, 3, (size_t)w * (size_t)h, stdout);
    }
    free(rgb);
    return r;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        bool help = strcmp(argv[1], "--help") == 0;
        fputs("Usage: jpeg_to_ppm <FILE.jpg >FILE.ppm\n", help ? stdout : stderr);
        return help ? EXIT_SUCCESS : 2;
    }
    unsigned char *jpeg = malloc(INPUT_MOST);
    tjhandle tj = tjInitDecompress();
    size_t n = jpeg ? fread(jpeg, 1, INPUT_MOST, stdin) : 0;
    int r = n && tj ? convert(tj, jpeg, n) : fail("nothing to read");
    tjDestroy(tj);
    free(jpeg);
    return r;
}
