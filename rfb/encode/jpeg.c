/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/jpeg.h"

#include <stdlib.h>
#include <turbojpeg.h>

#include "base/alloc.h"

struct jpeg {
    tjhandle handle;
};

struct jpeg *jpeg_new(void)
{
    struct jpeg *j = ALLOC(struct jpeg);
    j->handle = tjInitCompress();
    if (!j->handle)
        abort(); /* no memory */
    return j;
}

void jpeg_free(struct jpeg **j)
{
    if (!*j)
        return;
    tjDestroy((*j)->handle);
    free(*j);
    *j = NULL;
}

static int samples_of(int subsampling)
{
    return subsampling == 0   ? TJSAMP_GRAY
           : subsampling == 1 ? TJSAMP_444
           : subsampling == 2 ? TJSAMP_422
                              : TJSAMP_420;
}

bool jpeg_append(struct jpeg *j, const struct surface *frame, struct rect r, int quality,
                 int subsampling, struct bytes *out)
{
    const int layout = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? TJPF_BGRX : TJPF_XRGB;
    int samples = samples_of(subsampling);
    unsigned long size = tjBufSize(r.w, r.h, samples);
    uint8_t *room = bytes_reserve(out, size);
    if (!room)
        return false;
    int rc = tjCompress2(j->handle, (const unsigned char *)surface_at(frame, r.x, r.y), r.w,
                         frame->stride * 4, r.h, layout, &room, &size, samples,
                         quality < 1 ? 1 : quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
    if (rc)
        return false;
    bytes_commit(out, size);
    return true;
}
