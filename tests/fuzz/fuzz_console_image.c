/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is at a machine, as another node tells it. */
#include <config.h>
#include "server/session/console_image.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static bool is_there(const struct console_image *image, uint64_t id)
{
    for (size_t i = 0; i < image->n_sessions; i++)
        if (image->sessions[i].id == id)
            return true;
    return false;
}

static void check_session(const struct image_session *s)
{
    fuzz_check(s->id && s->role <= ROLE_ADMIN && strlen(s->user) <= AUTH_USER_MOST);
}

static void check_wheel(const struct console_image *image)
{
    fuzz_check(image->sharing <= SHARING_WATCH && image->n_queue <= WHEEL_QUEUE_MOST);
    fuzz_check(!image->driver || is_there(image, image->driver));
    for (size_t i = 0; i < image->n_queue; i++) {
        fuzz_check(is_there(image, image->queue[i]) && image->queue[i] != image->driver);
        for (size_t k = 0; k < i; k++)
            fuzz_check(image->queue[k] != image->queue[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct console_image image;
    const char *why = NULL;
    if (console_image_parse(&image, (const char *)data, n, &why) < 0) {
        fuzz_check(why != NULL);
        return 0;
    }
    for (size_t i = 0; i < image.n_sessions; i++)
        check_session(&image.sessions[i]);
    check_wheel(&image);
    console_image_fini(&image);
    return 0;
}
