/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode.h"

#include <stdlib.h>

#include "tests/client/image.h"

void client_decode_jpeg(struct client_decoder *decoder, struct client_source *source,
                        const struct client_target *target)
{
    size_t most = client_decode_most_compressed(client_target_bytes(target, 4)) + 65536;
    struct client_jpeg_file file;
    uint8_t *rgb;

    decoder->jpegs++;
    client_jpeg_stream_take(source, &decoder->jpeg, most, &file);
    rgb = client_image_read_jpeg(source->fault, file.data, file.size, target->width_px,
                                 target->height_px);
    if (rgb)
        client_target_put_rgb(target, rgb);
    free(rgb);
    client_jpeg_file_fini(&file);
}
