/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet between the daemon and the verifier, either way. What is accepted must be written
 * again as the same bytes.
 */
#include <config.h>
#include "auth/verifier/message.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void read_text(const char *text)
{
    fuzz_check(text != NULL);
    fuzz_read(text, strlen(text) + 1);
}

static void read_identity(const struct verifier_identity *identity)
{
    const char *name = NULL;
    read_text(identity->user);
    while ((name = verifier_names_next(&identity->groups, name)))
        fuzz_check(name[0] != 0);
}

static void read_message(const struct verifier_message *m)
{
    if (m->type == VERIFIER_CHECK) {
        read_text(m->check.user);
        read_text(m->check.password);
        read_text(m->check.address);
    } else if (m->type == VERIFIER_CHECKED) {
        fuzz_check(m->checked.result < VERIFIER_RESULTS);
        read_identity(&m->checked.identity);
    } else if (m->type == VERIFIER_NAMED) {
        read_identity(&m->named.identity);
    } else if (m->type == VERIFIER_KEY) {
        fuzz_check(m->key.content.n <= VERIFIER_KEY_MOST);
        fuzz_read(m->key.content.data, m->key.content.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct verifier_message m;
    struct bytes again;
    const char *why = NULL;
    int result = verifier_message_parse(&m, data, n, &why);
    fuzz_check((result != 0) == (why != NULL));
    if (result != 0)
        return 0;
    read_message(&m);
    bytes_init(&again, VERIFIER_ANSWER_MOST);
    fuzz_check(verifier_message_write(&m, &again) == 0);
    fuzz_check(again.len == n && memcmp(again.data, data, n) == 0);
    bytes_fini(&again);
    return 0;
}
