/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qmp_command.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void qmp_commands_init(struct qmp_commands *list)
{
    *list = (struct qmp_commands){.last = &list->first};
}

void qmp_command_free(struct qmp_command **command)
{
    struct qmp_command *c = *command;
    if (!c)
        return;
    *command = NULL;
    if (c->fd >= 0)
        close(c->fd);
    free(c->text);
    free(c);
}

void qmp_commands_fini(struct qmp_commands *list)
{
    while (list->first) {
        struct qmp_command *c = list->first;
        list->first = c->next;
        qmp_command_free(&c);
    }
    qmp_commands_init(list);
}

static struct qmp_command *new_command(struct qmp_commands *list, const char *name,
                                       json_t *arguments)
{
    struct qmp_command *c = ALLOC(struct qmp_command);
    json_t *object = json_pack("{s:s, s:o*, s:I}", "execute", name, "arguments", arguments,
                               "id", (json_int_t)list->next_id);
    c->id = list->next_id++;
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!text)
        abort(); /* our own words are always JSON */
    c->text = alloc_printf("%s\n", text);
    c->len = strlen(c->text);
    c->fd = -1;
    free(text);
    return c;
}

void qmp_commands_put(struct qmp_commands *list, const char *name, json_t *arguments, int fd,
                      qmp_done *done, void *self)
{
    struct qmp_command *c = new_command(list, name, arguments);
    c->fd = fd;
    c->done = done;
    c->self = self;
    *list->last = c;
    list->last = &c->next;
}

void qmp_commands_put_first(struct qmp_commands *list, const char *name, qmp_done *done,
                            void *self)
{
    struct qmp_command *c = new_command(list, name, NULL);
    c->done = done;
    c->self = self;
    c->next = list->first;
    list->first = c;
    if (!c->next)
        list->last = &c->next;
}

static ssize_t send_part(int socket, const struct qmp_command *c)
{
    struct iovec part = {c->text + c->sent, c->len - c->sent};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (c->fd >= 0) {
        message.msg_control = control.space;
        message.msg_controllen = sizeof(control.space);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &c->fd, sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void count_sent(struct qmp_command *c, size_t n)
{
    c->sent += n;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    if (c->sent == c->len) {
        free(c->text);
        c->text = NULL;
    }
}

bool qmp_commands_send(struct qmp_commands *list, int fd)
{
    struct qmp_command *c = list->first;
    while (c) {
        ssize_t n = c->text ? send_part(fd, c) : 0;
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            count_sent(c, (size_t)n);
        if (!c->text)
            c = c->next;
    }
    return true;
}

struct qmp_command *qmp_commands_take(struct qmp_commands *list, json_t *answer)
{
    json_t *id = json_object_get(answer, "id");
    if (!json_is_number(id))
        return NULL;
    for (struct qmp_command **link = &list->first; *link; link = &(*link)->next) {
        struct qmp_command *c = *link;
        if ((double)c->id != json_number_value(id) || c->text)
            continue;
        *link = c->next;
        if (list->last == &c->next)
            list->last = link;
        return c;
    }
    return NULL;
}
