/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2_cipher.h"
#include "base/secret.h"

#include <assert.h>

void ra2_cipher_init(struct ra2_cipher *c, const uint8_t *key, size_t key_size)
{
    assert(key_size == AES128_KEY_SIZE || key_size == AES256_KEY_SIZE);
    *c = (struct ra2_cipher){0};
    if (key_size == AES128_KEY_SIZE) {
        aes128_set_encrypt_key(&c->aes128, key);
        c->encrypt = (nettle_cipher_func *)aes128_encrypt;
    } else {
        aes256_set_encrypt_key(&c->aes256, key);
        c->encrypt = (nettle_cipher_func *)aes256_encrypt;
    }
    eax_set_key(&c->eax, &c->aes128, c->encrypt);
}

/* Begins a record: its number is the nonce, its header what is authenticated beside the bytes.
 */
static void begin(struct ra2_cipher *c, struct eax_ctx *eax, const uint8_t *header)
{
    eax_set_nonce(eax, &c->eax, &c->aes128, c->encrypt, sizeof(c->count), c->count);
    eax_update(eax, &c->eax, &c->aes128, c->encrypt, RA2_HEADER_SIZE, header);
    for (unsigned i = 0; i < sizeof(c->count) && ++c->count[i] == 0; i++)
        ;
}

void ra2_seal(struct ra2_cipher *c, const void *data, size_t n, struct bytes *out)
{
    struct eax_ctx eax;
    assert(n <= RA2_RECORD_MOST);
    uint8_t *at = bytes_reserve(out, n + RA2_OVERHEAD);
    if (!at)
        return;
    at[0] = (uint8_t)(n >> 8);
    at[1] = (uint8_t)n;
    begin(c, &eax, at);
    eax_encrypt(&eax, &c->eax, &c->aes128, c->encrypt, n, at + RA2_HEADER_SIZE, data);
    eax_digest(&eax, &c->eax, &c->aes128, c->encrypt, RA2_MAC_SIZE, at + RA2_HEADER_SIZE + n);
    bytes_commit(out, n + RA2_OVERHEAD);
}

enum ra2_open ra2_open(struct ra2_cipher *c, struct reader *in, size_t most, struct bytes *out)
{
    struct reader r = *in;
    struct eax_ctx eax;
    uint8_t mac[RA2_MAC_SIZE];
    const uint8_t *header = r.at;
    size_t n = reader_u16(&r);
    if (!r.more && n > most)
        return RA2_BAD;
    const uint8_t *data = reader_bytes(&r, n);
    const uint8_t *expected = reader_bytes(&r, RA2_MAC_SIZE);
    if (r.more)
        return RA2_MORE;
    uint8_t *plain = bytes_reserve(out, n);
    if (n && !plain)
        return RA2_BAD;
    begin(c, &eax, header);
    eax_decrypt(&eax, &c->eax, &c->aes128, c->encrypt, n, plain, data);
    eax_digest(&eax, &c->eax, &c->aes128, c->encrypt, sizeof(mac), mac);
    if (!secret_equal(mac, expected, sizeof(mac)))
        return RA2_BAD;
    bytes_commit(out, n);
    *in = r;
    return RA2_DONE;
}

bool ra2_record_whole(const struct reader *in)
{
    struct reader r = *in;
    reader_skip(&r, reader_u16(&r));
    reader_skip(&r, RA2_MAC_SIZE);
    return !r.more;
}
