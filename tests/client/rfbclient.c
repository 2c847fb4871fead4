/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/client/client.h"
#include "tests/client/ppm.h"
#include "tests/client/rfbclient_options.h"

enum {
    KEY_TAB = 0xff09,
    KEY_RETURN = 0xff0d,
    KEY_UNICODE = 0x01000000,
};

static int complain(const struct client *client, const char *doing, int error)
{
    const char *why = client_why(client);

    fprintf(stderr, "rfbclient: %s: %s\n", doing, *why ? why : strerror(-error));
    return error;
}

static int set_up(struct client *client, const struct rfbclient_options *o)
{
    struct client_encodings list;
    const char *word;
    int error = client_encodings_parse(&list, o->encodings, &word);

    if (o->quality >= 0 && list.count < CLIENT_ENCODINGS_MOST)
        list.number[list.count++] = CLIENT_ENCODING_QUALITY_0 + o->quality;
    if (o->compress >= 0 && list.count < CLIENT_ENCODINGS_MOST)
        list.number[list.count++] = CLIENT_ENCODING_COMPRESS_0 + o->compress;
    if (!error && o->format)
        error = client_set_format(client, o->format);
    return error ? error : client_set_encodings(client, list.number, list.count);
}

static void describe(const struct client *client)
{
    const struct client_format *f = &client->format;

    fprintf(stderr,
            "RFB %d.%d, security type %u, '%s', %dx%d, %u bits of depth %u, %s endian\n",
            client->version / 1000, client->version % 1000, client->security_type, client->name,
            client->picture.width_px, client->picture.height_px, f->bits, f->depth,
            f->big_endian ? "big" : "little");
}

/* One character of UTF-8 as a keysym; how many bytes it took. */
static size_t next_keysym(const char *text, uint32_t *keysym_r)
{
    const uint8_t *s = (const uint8_t *)text;
    size_t size = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    uint32_t c = size == 1 ? s[0] : s[0] & (0x7fu >> size);

    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3f);
    }
    *keysym_r = c == '\n' ? KEY_RETURN : c == '\t' ? KEY_TAB : c < 256 ? c : KEY_UNICODE | c;
    return size;
}

static int type_text(struct client *client, const char *text)
{
    int error = 0;

    while (*text && !error) {
        uint32_t keysym = 0;
        size_t size = next_keysym(text, &keysym);

        if (size == 0)
            return -EILSEQ;
        client_send_key(client, true, keysym);
        error = client_send_key(client, false, keysym);
        text += size;
    }
    return error;
}

static int start_continuous(struct client *client, const struct rfbclient_options *o)
{
    int error = client_wait_complete(client, o->timeout_ms);

    if (!error && !client->extras.continuous_updates)
        error = client_wait_message(client, CLIENT_END_OF_CONTINUOUS_UPDATES, o->timeout_ms);
    if (!error)
        error = client_send_continuous(client, true, 0, 0, client->picture.width_px,
                                       client->picture.height_px);
    return error;
}

static int compare(struct client *client, const struct rfbclient_options *o)
{
    int width_px = 0, height_px = 0, error;
    const char *why = NULL;
    uint8_t *rgb = client_ppm_read(o->compare, &width_px, &height_px, &why);

    if (!rgb) {
        fprintf(stderr, "rfbclient: '%s': %s\n", o->compare, why);
        return -EINVAL;
    }
    error = client_wait_picture(client, rgb, width_px, height_px, 3 * (size_t)width_px,
                                o->tolerance, o->timeout_ms);
    free(rgb);
    return error;
}

static int screenshot(struct client *client, const struct rfbclient_options *o)
{
    size_t length = strlen(o->screenshot);
    int error = client_wait_complete(client, o->timeout_ms);

    while (!error && o->settle_ms > 0)
        error = client_wait_update(client, o->settle_ms);
    if (error && (error != -ETIMEDOUT || o->settle_ms == 0 || client->fault.error))
        return error;
    return !strcmp(o->screenshot + length - 4, ".png")
               ? client_write_png(client, o->screenshot)
               : client_write_ppm(client, o->screenshot);
}

static int hold(struct client *client, int hold_ms)
{
    int64_t deadline_ms = client_deadline(hold_ms);
    int error = 0;

    while (!error && client_clock_ms() < deadline_ms)
        error = client_wait_update(client, (int)(deadline_ms - client_clock_ms()));
    return error == -ETIMEDOUT && !client->fault.error ? 0 : error;
}

static void print_stats(const struct client *client)
{
    printf("{\"width\": %d, \"height\": %d, \"updates\": %" PRIu64
           ", \"pseudo_updates\": %" PRIu64 ", \"bytes_in\": %" PRIu64
           ", \"bytes_out\": %" PRIu64 ", \"remarks\": %" PRIu64 ", \"encodings\": {",
           client->picture.width_px, client->picture.height_px, client->updates,
           client->pseudo_updates, client->source.taken, client->sent, client->remarks);
    for (size_t i = 0; i < client->count_count; i++) {
        const struct client_count *count = &client->counts[i];
        const char *name = client_encoding_name(count->encoding);

        printf("%s\"%s\": {\"number\": %d, \"rects\": %" PRIu64 ", \"bytes\": %" PRIu64
               ", \"pixels\": %" PRIu64 "}",
               i ? ", " : "", name ? name : "", count->encoding, count->rects, count->bytes,
               count->pixels);
    }
    printf("}}\n");
    fflush(stdout);
}

static int run_steps(struct client *client, const struct rfbclient_options *o)
{
    int error = client_connect(client, o->address, o->timeout_ms);

    if (error)
        return complain(client, "connecting", error);
    if (o->verbose)
        describe(client);
    if ((error = set_up(client, o)))
        return complain(client, "setting up", error);
    if (o->type && (error = type_text(client, o->type)))
        return complain(client, "typing", error);
    if (o->continuous && (error = start_continuous(client, o)))
        return complain(client, "continuous updates", error);
    for (long i = 0; i < o->count; i++)
        if ((error = client_wait_update(client, o->timeout_ms)))
            return complain(client, "waiting for an update", error);
    if (o->compare && (error = compare(client, o)))
        return complain(client, "comparing", error);
    if (o->screenshot && (error = screenshot(client, o)))
        return complain(client, "taking a screenshot", error);
    if (o->hold_ms > 0 && (error = hold(client, o->hold_ms)))
        return complain(client, "holding", error);
    return 0;
}

int main(int argc, char **argv)
{
    struct rfbclient_options options;
    int error = 0;

    if (!rfbclient_options_parse(&options, argc, argv))
        return 2;
    if (options.help) {
        rfbclient_options_help();
        return 0;
    }
    for (long i = 0; i < options.repeat && !error; i++) {
        struct client *client = client_new(&options.client);

        error = run_steps(client, &options);
        if (options.stats || options.count > 0)
            print_stats(client);
        if (client->remarks && options.verbose)
            fprintf(stderr, "%" PRIu64 " remarks, the last: %s\n", client->remarks,
                    client->remark);
        client_free(&client);
    }
    return error ? 1 : 0;
}
