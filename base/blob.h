/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Immutable, reference-counted bytes: what one encoder made and many viewers send. References
 * may be taken and dropped in any thread. All live blobs are counted, so that memory for them
 * can be bounded.
 */
#ifndef HF_BASE_BLOB_H
#define HF_BASE_BLOB_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct blob {
    atomic_uint refs;
    size_t len;
    uint8_t *data;
};

/* Takes over the content of b, which is left empty. One reference, the caller's. */
struct blob *blob_from_bytes(struct bytes *b);
/* Another reference. blob must not be NULL. */
struct blob *blob_ref(struct blob *blob);
/* Gives up the reference at *blob and sets it to NULL; NULL inside is allowed. */
void blob_unref(struct blob **blob);
/* Bytes held by all blobs of the process now. */
size_t blob_bytes_live(void);

#endif
