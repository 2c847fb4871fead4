/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decodes a PNG picture of at most 8 bits a channel, not interlaced, into RGBA. Knows no more of PNG than that. */
import { inflateSync } from "node:zlib";

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function* chunks(data) {
    for (let at = 8; at < data.length;) {
        const size = data.readUInt32BE(at);
        yield { type: data.toString("latin1", at + 4, at + 8), body: data.subarray(at + 8, at + 8 + size) };
        at += size + 12;
    }
}

function paeth(left, up, corner) {
    const guess = left + up - corner;
    const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
    return a <= b && a <= c ? left : b <= c ? up : corner;
}

const FILTERS = [
    () => 0,
    (left) => left,
    (left, up) => up,
    (left, up) => (left + up) >> 1,
    paeth,
];

function unfilter(raw, stride, height, step) {
    const out = new Uint8Array(stride * height);
    for (let y = 0; y < height; y++) {
        const predict = FILTERS[raw[y * (stride + 1)]];
        for (let i = 0; i < stride; i++) {
            const at = y * stride + i;
            const left = i >= step ? out[at - step] : 0, up = y ? out[at - stride] : 0;
            const corner = i >= step && y ? out[at - stride - step] : 0;
            out[at] = raw[y * (stride + 1) + 1 + i] + predict(left, up, corner);
        }
    }
    return out;
}

/* One number a channel of each pixel; those of less than 8 bits stand in the higher bits first. */
function samplesOf(bytes, { width, height, channels, depth }, stride) {
    const out = new Uint8Array(width * height * channels);
    for (let y = 0; y < height; y++) {
        for (let i = 0; i < width * channels; i++) {
            const bit = i * depth, byte = bytes[y * stride + (bit >> 3)];
            out[y * width * channels + i] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
        }
    }
    return out;
}

/* The colour of one pixel, by the PNG's colour type. */
function colour({ type, depth, palette }, px) {
    if (type === 3)
        return [palette[3 * px[0]], palette[3 * px[0] + 1], palette[3 * px[0] + 2], 255];
    const grey = (px[0] * 255) / ((1 << depth) - 1);
    if (type === 0 || type === 4)
        return [grey, grey, grey, type === 4 ? px[1] : 255];
    return [px[0], px[1], px[2], type === 6 ? px[3] : 255];
}

function readHead(body) {
    const [depth, type, interlace] = [body[8], body[9], body[12]];
    if (depth > 8 || interlace)
        throw new Error(`PNG of depth ${depth}, interlace ${interlace}`);
    return { width: body.readUInt32BE(0), height: body.readUInt32BE(4), depth, type, channels: CHANNELS[type] };
}

export function decodePng(bytes) {
    const idat = [];
    let png;
    for (const { type, body } of chunks(Buffer.from(bytes))) {
        if (type === "IHDR")
            png = readHead(body);
        else if (type === "PLTE")
            png.palette = body;
        else if (type === "IDAT")
            idat.push(body);
    }
    const bits = png.channels * png.depth, stride = (png.width * bits + 7) >> 3;
    const plain = unfilter(inflateSync(Buffer.concat(idat)), stride, png.height, Math.max(bits >> 3, 1));
    const samples = samplesOf(plain, png, stride), rgba = new Uint8ClampedArray(png.width * png.height * 4);
    for (let i = 0; i < png.width * png.height; i++)
        rgba.set(colour(png, samples.subarray(i * png.channels, (i + 1) * png.channels)), 4 * i);
    return { width: png.width, height: png.height, data: rgba };
}
