/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's serial line: commands, their answers, and the events between them. */
#include <config.h>
#include "tests/e2e/guest.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/trial.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void drop_events(struct guest *guest)
{
    while (guest->events) {
        struct guest_line *line = guest->events;
        guest->events = line->next;
        free(line->text);
        free(line);
    }
    guest->events_end = &guest->events;
}

void guest_line_drop(struct guest *guest)
{
    drop_events(guest);
    guest->in_size = 0;
}

/* What has come is read, without waiting, and put behind what is known. */
void guest_line_join(struct guest *from, struct guest *to)
{
    struct guest_line *first = NULL, **end = &first;
    const char *text;

    while ((text = guest_event_within(from, 0))) {
        *end = calloc(1, sizeof(**end));
        if (!*end)
            abort();
        (*end)->text = strdup(text);
        end = &(*end)->next;
    }
    if (first) {
        *end = to->events;
        if (!to->events)
            to->events_end = end;
        to->events = first;
    }
    trial_check(to->trial, from->in_size + to->in_size <= sizeof(to->in),
                "the guest's line is endless");
    memmove(to->in + from->in_size, to->in, to->in_size);
    memcpy(to->in, from->in, from->in_size);
    to->in_size += from->in_size;
    from->in_size = 0;
}

/* The next line, or NULL at the deadline; the caller frees. */
static char *read_line(struct guest *guest, int64_t deadline_ms)
{
    char *end;

    while (!(end = memchr(guest->in, '\n', guest->in_size))) {
        struct pollfd p = {.fd = guest->serial_fd, .events = POLLIN};
        trial_check(guest->trial, guest->in_size < sizeof(guest->in),
                    "the guest's line is endless");
        if (poll(&p, 1, clock_left_ms(deadline_ms)) <= 0)
            return NULL;
        ssize_t got = read(guest->serial_fd, guest->in + guest->in_size,
                           sizeof(guest->in) - guest->in_size);
        trial_check(guest->trial, got > 0, "the guest's serial line is closed");
        guest->in_size += (size_t)got;
    }
    size_t length = (size_t)(end - guest->in);
    char *line = strndup(guest->in, length && end[-1] == '\r' ? length - 1 : length);
    guest->in_size -= length + 1;
    memmove(guest->in, end + 1, guest->in_size);
    return line;
}

static void keep_event(struct guest *guest, char *text)
{
    struct guest_line *line = malloc(sizeof(*line));

    if (!line)
        abort();
    *line = (struct guest_line){NULL, text};
    *guest->events_end = line;
    guest->events_end = &line->next;
}

static bool is_answer(const char *line)
{
    return strcmp(line, "ok") == 0 || strncmp(line, "ok ", 3) == 0 ||
           strncmp(line, "err ", 4) == 0;
}

const char *guest_say(struct guest *guest, const char *format, ...)
{
    int64_t deadline_ms = clock_now_ms() + 2 * PATIENCE_MS;
    char command[600];
    va_list args;
    char *line;

    va_start(args, format);
    vsnprintf(command, sizeof(command) - 1, format, args);
    va_end(args);
    size_t length = strlen(command);
    command[length] = '\n';
    socket_send_all(guest->trial, guest->serial_fd, command, length + 1);
    command[length] = 0;
    while ((line = read_line(guest, deadline_ms)) && !is_answer(line))
        keep_event(guest, line);
    trial_check(guest->trial, line != NULL, "the guest does not answer '%s'", command);
    trial_on_end(guest->trial, free, line);
    trial_check(guest->trial, line[0] == 'o', "the guest answers '%s' with '%s'", command,
                line);
    return line[2] ? line + 3 : "";
}

const char *guest_event_within(struct guest *guest, int timeout_ms)
{
    struct guest_line *line = guest->events;
    char *text;

    if (!line) {
        text = read_line(guest, clock_now_ms() + timeout_ms);
    } else {
        text = line->text;
        guest->events = line->next;
        if (!guest->events)
            guest->events_end = &guest->events;
        free(line);
    }
    if (text)
        trial_on_end(guest->trial, free, text);
    return text;
}

const char *guest_event(struct guest *guest)
{
    const char *text = guest_event_within(guest, PATIENCE_MS);

    trial_check(guest->trial, text != NULL, "the guest reports nothing");
    return text;
}

void guest_expect(struct guest *guest, const char *event)
{
    const char *text = guest_event_within(guest, PATIENCE_MS);

    trial_check(guest->trial, text != NULL, "the guest reports nothing; expected '%s'", event);
    trial_check(guest->trial, strcmp(text, event) == 0, "the guest reports '%s'; expected '%s'",
                text, event);
}

void guest_forget_events(struct guest *guest)
{
    guest_say(guest, "echo");
    drop_events(guest);
}
