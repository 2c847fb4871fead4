#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes valid inputs for the fuzz targets: make_seeds.py FOLDER makes FOLDER/TARGET/seed-NAME."""
import json
import pathlib
import struct
import sys
import zlib

VNC_A = bytes.fromhex("79c330799acb6e9579c330799acb6e95")  # the answers to a challenge of zeros with "a" and "b"
VNC_B = bytes.fromhex("f3b57007a781feaff3b57007a781feaf")


def u16(*values):
    return struct.pack(">%dH" % len(values), *values)


def u32(*values):
    return struct.pack(">%dI" % len(values), *(v & 0xFFFFFFFF for v in values))


def pixel_format(bpp, depth, big, true, maxima=(0, 0, 0), shifts=(0, 0, 0)):
    return bytes([0, 0, 0, 0, bpp, depth, big, true]) + u16(*maxima) + bytes(shifts) + bytes(3)


CLIENT_MESSAGES = {
    "format-32": pixel_format(32, 24, 0, 1, (255, 255, 255), (16, 8, 0)),
    "format-16": pixel_format(16, 16, 1, 1, (31, 63, 31), (11, 5, 0)),
    "format-8": pixel_format(8, 8, 0, 1, (7, 7, 3), (5, 2, 0)),
    "format-map": pixel_format(8, 8, 0, 0),
    "encodings": b"\2\0" + u16(9) + u32(7, 16, 5, 0, -239, -308, -26, -250, 0x574D5664),
    "encodings-none": b"\2\0" + u16(0),
    "request": b"\3\1" + u16(0, 0, 1024, 768),
    "key": b"\4\1\0\0" + u32(0xFF0D),
    "pointer": b"\5\1" + u16(100, 200),
    "pointer-extended": b"\5\x81" + u16(100, 200) + b"\3",
    "text": b"\6\0\0\0" + u32(5) + b"hello",
    "text-long": b"\6\0\0\0" + u32((256 << 10) + 1) + bytes(40),
    "text-extended": b"\6\0\0\0" + u32(-8) + u32(0x02000001, 1),
    "continuous": b"\x96\1" + u16(0, 0, 1024, 768),
    "fence": b"\xf8\0\0\0" + u32(0x80000001) + b"\4abcd",
    "xvp": b"\xfa\0\1\2",
    "desktop-size": b"\xfb\0" + u16(1024, 768) + b"\1\0" + u32(1) + u16(0, 0, 1024, 768) + u32(0),
    "qemu-key": b"\xff\0" + u16(1) + u32(0xFF51, 0xCB),
    "qemu-audio-enable": b"\xff\1" + u16(0),
    "qemu-audio-format": b"\xff\1" + u16(2) + b"\3\2" + u32(44100),
}


def client_msg():
    everything = b"".join(m for name, m in CLIENT_MESSAGES.items() if "long" not in name)
    seeds = {name: b"\0" + message for name, message in CLIENT_MESSAGES.items()}
    seeds["pointer-extended"] = b"\1" + CLIENT_MESSAGES["pointer-extended"]
    seeds["everything"] = b"\1" + everything
    seeds["everything-by-7"] = bytes([7 << 1 | 1]) + everything
    return seeds


def handshake():
    v3, v7, v8 = (b"RFB 003.%03d\n" % minor for minor in (3, 7, 8))
    return {
        "3.3-vnc": b"\1" + v3 + VNC_A + b"\1",
        "3.7-none": b"\2" + v7 + b"\1\1",
        "3.7-vnc": b"\1" + v7 + b"\2" + VNC_B + b"\0",
        "3.8-none": b"\2" + v8 + b"\1\1",
        "3.8-vnc": b"\1" + v8 + b"\2" + VNC_A + b"\1",
        "3.8-vnc-by-3": bytes([3 << 3 | 5]) + v8 + b"\2" + VNC_B + b"\1",
        "3.8-vnc-wrong": b"\1" + v8 + b"\2" + bytes(16),
        "3.8-no-types": b"\0" + v8,
        "3.3-no-types": b"\0" + v3,
        "3.8-other-type": b"\5" + v8 + b"\x13\0\2",
        "3.8-not-offered": b"\1" + v8 + b"\x10",
        "3.889": b"\5RFB 003.889\n\x1e",
        "4.001": b"\2RFB 004.001\n\1\1",
        "garbage": b"\1GET / HTTP/1.1\r\n",
    }


def text(value):
    return bytes([len(value)]) + value


def vencrypt():
    inside = {
        "plain": (256, u32(5, 6) + b"alicesecret\1"),
        "tls-none": (257, b"\1"),
        "tls-vnc": (258, bytes(16)),
        "x509-none": (260, b""),
        "x509-plain": (262, u32(5, 6) + b"alicesecret\1"),
        "x509-plain-long": (262, u32(256, 1)),
        "unknown": (263, b""),
    }
    seeds = {name: b"\4" + b"\0\2" + u32(subtype) + rest for name, (subtype, rest) in inside.items()}
    seeds["certified"] = b"\3" + seeds["x509-none"][1:]
    seeds["plain-by-3"] = bytes([3 << 3]) + seeds["plain"][1:]
    seeds["version-0.1"] = b"\0\0\1\x13"
    return seeds


def ra2():
    login = text(b"alice") + text(b"secret")
    key = u32(1024) + b"\xc5" * 128 + bytes(127) + b"\3"
    seeds = {"key": b"\0" + key, "key-short": b"\0" + u32(512), "key-random": b"\1" + key + u16(256) + bytes(256) + bytes(60)}
    for index, name in enumerate(("5", "6", "129", "130")):
        seeds["login-" + name] = bytes([index | 4 | 8]) + text(login) + b"\1\1"
    seeds["login-in-pieces"] = bytes([4 | 8 | 7 << 4]) + b"".join(text(login[i:i + 3]) for i in range(0, len(login), 3))
    seeds["login-changed"] = b"\4" + b"\xff" + login
    seeds["login-refused"] = bytes([2 | 4]) + text(login)
    return seeds


def dh():
    return {"two": bytes(383) + b"\2", "zero": bytes(384), "short": bytes(383), "long": bytes(range(256)) * 2}


def proxy():
    def binary(command, family, rest):
        return b"\r\n\r\n\0\r\nQUIT\n" + bytes([command, family]) + u16(len(rest)) + rest

    v4 = bytes([192, 0, 2, 7, 10, 0, 0, 1]) + u16(51034, 5900)
    v6 = bytes.fromhex("20010db8") + bytes(11) + b"\7" + bytes(15) + b"\1" + u16(51034, 5900)
    return {
        "text-v4": b"PROXY TCP4 192.0.2.7 10.0.0.1 51034 5900\r\nRFB",
        "text-v6": b"PROXY TCP6 2001:db8::7 ::1 51034 5900\r\n",
        "text-unknown": b"PROXY UNKNOWN a b\r\n",
        "text-no-end": b"PROXY UNKNOWN " + b"x" * 100,
        "binary-v4": binary(0x21, 0x11, v4) + b"RFB",
        "binary-v6": binary(0x21, 0x21, v6),
        "binary-unix": binary(0x21, 0x31, bytes(216)),
        "binary-more": binary(0x21, 0x11, v4 + b"\4\0\2ab"),
        "binary-local": binary(0x20, 0, b""),
        "binary-short": binary(0x21, 0x21, v4),
        "binary-long": binary(0x21, 0x11, v4)[:14] + b"\xff\xff",
    }


def link():
    def message(kind, payload=b""):
        return u32(len(payload)) + bytes([kind, 0, 0, 0]) + payload

    def words(value):
        return u16(len(value)) + value

    hello = message(1, b"HFNODE" + u16(1, 1) + words(b"node-1.example"))
    ping = message(2, u32(0, 1000))
    key = words(b"name:web1")
    open_machine = message(32, u32(1) + key)
    return {
        "hello": b"\0" + hello,
        "hello-later": b"\1" + message(1, b"HFNODE" + u16(1, 9) + words(b"b") + b"more"),
        "hello-name": b"\0" + message(1, b"HFNODE" + u16(1, 1) + words(b"../b")),
        "hello-long": b"\0" + u32(2048) + b"\1\0\0\0",
        "ping": b"\3" + hello + ping + message(3, u32(0, 1000)),
        "bye": b"\0" + message(4, words(b"it is not welcome")),
        "open": b"\5" + hello + open_machine + message(33, u32(1)),
        "place": b"\0" + hello + message(16, key + words(b"web1") + bytes(16) + b"\1" + bytes(16)),
        "input": b"\0" + hello + message(35, u32(1) + bytes(40)),
        "seat": b"\0" + hello + message(96, u32(1, 1) + bytes(80)) + message(97, u32(1, 1)),
        "unit-announced": b"\0" + hello + u32(64 << 20) + b"\x51\0\0\0abc",
        "unit-too-long": b"\0" + hello + u32((64 << 20) + 1) + b"\x51\0\0\0",
        "unit-first": b"\0" + u32(4096) + b"\x51\0\0\0",
        "unknown": b"\0" + hello + message(15),
        "padding": b"\0" + u32(0) + b"\1\0\1\0",
    }


def machine_msg():
    def words(value):
        return u16(len(value)) + value

    def event(kind, a, b=0, down=0, head=0):
        return bytes([kind, down, head, 0]) + u32(a, b)

    uuid = b"uuid:11111111-2222-3333-4444-555555555555"
    events = u16(4) + event(0, 30, down=1) + event(1, 100, 200) + event(2, -5, 5) + event(3, 2, down=1, head=1)
    return {
        "place": b"\x10\2\1" + bytes(range(16)) + u32(0, 7, 0, 9) + words(uuid) + words(b"web1"),
        "place-gone": b"\x11" + words(b"name:web1"),
        "node": b"\x12\1",
        "open": b"\x20" + u32(1) + words(uuid),
        "close": b"\x21" + u32(1),
        "watch": b"\x22" + u32(1) + b"\1",
        "input": b"\x23" + u32(1) + b"\1" + events,
        "adopt": b"\x23" + u32(1) + b"\3" + u16(1) + event(0, 42, down=1),
        "input-many": b"\x23" + u32(1) + b"\0" + u16(1025),
        "mode": b"\x24" + u32(1, 5) + b"\2",
        "resize": b"\x25" + u32(1) + b"\0" + u16(1024, 768),
        "power": b"\x26" + u32(1) + b"\1",
        "state": b"\x30" + u32(1) + b"\5" + u32(0, 9) + words(b"it went"),
        "event": b"\x31" + u32(1) + b"\0",
        "heads": b"\x32" + u32(1) + b"\2" + u16(640, 480) + b"\1" + u16(0, 0) + b"\0",
        "image": b"\x33" + u32(1) + b"\0" + u16(2, 1, 1, 0) + u32(0xFF010203, 0),
        "image-none": b"\x33" + u32(1) + b"\0" + u16(0, 0, 0, 0),
        "pointer": b"\x34" + u32(1) + b"\0" + u32(-1, 100) + b"\1",
        "leds": b"\x35" + u32(1) + b"\4",
        "absolute": b"\x36" + u32(1) + b"\0",
        "complete": b"\x37" + u32(1),
        "problem": b"\x38" + u32(1) + words(b"do something"),
        "back": b"\x39" + u32(1, 5) + events,
    }


def view_msg():
    native = bytes([32, 24, 0, 1]) + u16(255, 255, 255) + bytes([16, 8, 0, 0, 0, 0])
    tight = u32(7) + native + b"\x3c\2\2\1"
    zrle = u32(16) + native + b"\xff\1\1\0"
    update = u32(1, 3) + bytes(15) + b"\1" + u16(2) + b"\1"
    source = u32(3) + b"\xff" * 8 + bytes(range(8)) + bytes(8)
    return {
        "open": b"\x40" + u32(1, 2, -1) + b"\0" + u16(0, 0),
        "open-fixed": b"\x40" + u32(1, 2, 3) + b"\3" + u16(800, 600),
        "open-bare": b"\x40" + u32(1, 2, -1) + b"\6" + u16(224, 140),
        "close": b"\x41" + u32(1),
        "stream": b"\x42" + u32(1, 5) + b"\3" + tight + u16(257, 65) + bytes(range(32)),
        "stream-nothing": b"\x42" + u32(1, 5) + b"\2" + zrle + u16(0, 0),
        "stream-moves": b"\x42" + u32(1, 5) + b"\1",
        "stream-huge": b"\x42" + u32(1, 5) + b"\2" + zrle + u16(16384, 4096),
        "stream-close": b"\x43" + u32(1, 5),
        "wanted": b"\x44" + u32(1, 3) + zrle + u32(3, 0, 5, 4095),
        "wanted-many": b"\x44" + u32(1, 3) + zrle + u32(0x10000000),
        "ack": b"\x45" + u32(1, 5, 77),
        "size": b"\x50" + u32(1, 9) + u16(740, 480) + b"\2\0" + u16(0, 640, 480) + b"\3" + u16(640, 100, 90),
        "unit": b"\x51" + u32(1, 5) + update + b"\1" + u16(16, 32, 640, 48) + u32(0, -16, 1) + source + b"bytes",
        "unit-many": b"\x51" + u32(1, 5) + update + b"\0" + u32(0x10000000),
        "block": b"\x52" + u32(1) + update + tight + u32(1) + source + b"bytes",
    }


def relay_rects():
    def rect(x, y, w, h, pixels, encoding=6):
        deflate = zlib.compressobj(wbits=-15)
        data = deflate.compress(pixels) + deflate.flush(zlib.Z_FULL_FLUSH)
        return u16(x, y, w, h) + u32(encoding, len(data)) + data

    whole = bytes([19, 9])  # 20 x 10 px
    return {
        "whole": whole + rect(0, 0, 20, 10, bytes(range(200)) * 4),
        "two": whole + rect(0, 0, 20, 5, bytes(400)) + rect(3, 5, 7, 2, b"\1\2\3\4" * 14),
        "little": whole + rect(0, 0, 20, 10, bytes(799)),
        "outside": whole + rect(1, 0, 20, 10, bytes(800)),
        "raw": whole + rect(0, 0, 20, 10, bytes(800), 0),
        "many": whole + rect(0, 0, 20, 10, bytes(800)) * 9,
    }


def console_image():
    def session(number, user, role, viewers):
        return {"id": number, "user": user, "role": role, "role-set": number == 2, "viewers": viewers,
                "since-us": 1767225600000000, "active-us": 1767225660000000}

    def image(driver=0, queue=(), sessions=(), sharing="single", released=0):
        return json.dumps({"epoch": 7, "serial": 3, "sharing": sharing, "driver": driver, "released-by": released,
                           "queue": list(queue), "sessions": list(sessions)}).encode()

    people = [session(1, "alice", "drive", 1), session(2, "b\"o\u00e9b", "admin", 0), session(3, "", "watch", 2)]
    return {
        "nobody": image(),
        "driver": image(1, [2], people),
        "free": image(0, [], people, "free", 3),
        "twice": image(0, [], people + people),
        "stranger": image(9, [], people),
        "queue-twice": image(1, [2, 2], people),
    }


def main():
    targets = {"client_msg": client_msg(), "handshake": handshake(), "vencrypt": vencrypt(), "ra2": ra2(), "dh": dh()}
    targets.update(proxy=proxy(), link=link(), machine_msg=machine_msg(), view_msg=view_msg(),
                   relay_rects=relay_rects(), console_image=console_image())
    for target, seeds in targets.items():
        folder = pathlib.Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds.items():
            (folder / ("seed-" + name)).write_bytes(data)


if __name__ == "__main__":
    main()
