/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of operations on etcd, and what their answers say. */
#include <config.h>
#include "base/alloc.h"
#include "server/etcd/etcd_private.h"

#include <errno.h>
#include <stdlib.h>

void etcd_op_tell(const struct etcd_store *s, const struct etcd_op *op,
                  const struct store_answer *answer)
{
    if (op->done && !s->closing)
        op->done(op->self, answer);
}

static void answer_get(struct etcd_store *s, const struct etcd_op *op, const json_t *answer)
{
    size_t most = json_array_size(op->kvs), n = 0;
    struct etcd_kv *kv = alloc_zero(most + 1, sizeof(*kv));
    struct store_entry *entries = alloc_zero(most + 1, sizeof(*entries));
    (void)answer;
    for (size_t i = 0; i < most; i++) {
        if (!etcd_kv_read(json_array_get(op->kvs, i), s->prefix, &kv[n]))
            continue;
        if (kv[n].value) {
            entries[n] = (struct store_entry){kv[n].key, kv[n].value, kv[n].version};
            n++;
        } else {
            etcd_kv_fini(&kv[n]);
        }
    }
    etcd_op_tell(s, op, &(struct store_answer){.entries = entries, .n = n});
    for (size_t i = 0; i < n; i++)
        etcd_kv_fini(&kv[i]);
    free(entries);
    free(kv);
}

static void answer_change(struct etcd_store *s, const struct etcd_op *op, const json_t *answer)
{
    (void)answer;
    etcd_op_tell(s, op, &(struct store_answer){0});
}

static void answer_transact(struct etcd_store *s, const struct etcd_op *op,
                            const json_t *answer)
{
    bool held = json_is_true(json_object_get(answer, "succeeded"));
    etcd_op_tell(s, op, &(struct store_answer){.err = held ? 0 : -EAGAIN});
}

static void answer_grant(struct etcd_store *s, const struct etcd_op *op, const json_t *answer)
{
    uint64_t id = etcd_number(answer, "ID");
    etcd_op_tell(s, op, &(struct store_answer){.err = id ? 0 : -EIO, .lease = id});
}

/* The answer is that of a stream: it stands in "result". A lease that is gone has no TTL. */
static void answer_renew(struct etcd_store *s, const struct etcd_op *op, const json_t *answer)
{
    const json_t *result = json_object_get(answer, "result");
    bool alive = etcd_number(result, "TTL") > 0;
    etcd_op_tell(s, op,
                 &(struct store_answer){.err = alive ? 0 : -ENOENT,
                                        .lease = alive ? etcd_number(result, "ID") : 0});
}

const struct etcd_op_kind etcd_op_get = {"/v3/kv/range", answer_get};
const struct etcd_op_kind etcd_op_change = {"/v3/kv/txn", answer_change};
const struct etcd_op_kind etcd_op_transact = {"/v3/kv/txn", answer_transact};
const struct etcd_op_kind etcd_op_grant = {"/v3/lease/grant", answer_grant};
const struct etcd_op_kind etcd_op_renew = {"/v3/lease/keepalive", answer_renew};
const struct etcd_op_kind etcd_op_revoke = {"/v3/lease/revoke", answer_change};
