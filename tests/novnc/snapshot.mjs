/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * noVNC as a judge: connects, asks for the given encodings, and ends well once it shows the expected picture, or has
 * taken so many updates. Uses noVNC's inner names (its version is pinned): which encodings it asks for is not in its
 * public interface.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { TcpChannel } from "./channel.mjs";
import { decoded, pretendToBeABrowser } from "./browser.mjs";

const usage = `Usage: snapshot.mjs --novnc FOLDER --jpeg PROGRAM --address HOST:PORT --encodings LIST [OPTION]...
Draws what a VNC server sends with noVNC's decoders.

      --novnc FOLDER      noVNC's own folder, that with core/ in it
      --jpeg PROGRAM      reads a JPEG picture, writes it as PPM
      --encodings LIST    of raw copyrect rre hextile zlib tight tightpng zrle jpeg, quality0..9, continuous; by comma
      --expect FILE.ppm   wait until this is shown
      --await FILE.ppm    go on until this file is there, then wait until it is shown
      --updates N         wait for so many updates instead
      --image png|jpeg    such a picture must have been among them
      --out FILE.ppm      write what is shown in the end
      --timeout SECONDS   give up after (default 60)
      --help              this text
`;

const NUMBERS = {
    raw: [0], copyrect: [1], rre: [2], hextile: [5], zlib: [6], tight: [7], zrle: [16], jpeg: [21], tightpng: [-260],
    continuous: [-312, -313],
};

function numbersOf(list) {
    return list.split(",").flatMap((word) => {
        const quality = word.match(/^quality(\d)$/);
        if (!quality && !NUMBERS[word])
            throw new Error(`no encoding is called '${word}'`);
        return quality ? [-32 + Number(quality[1])] : NUMBERS[word];
    });
}

function parseOptions() {
    const text = { type: "string" };
    const { values } = parseArgs({
        options: {
            novnc: text, jpeg: text, address: text, encodings: text, expect: text, await: text, updates: text, image: text, out: text,
            timeout: { ...text, default: "60" }, help: { type: "boolean" },
        },
    });
    if (values.help || !values.novnc || !values.address || !values.encodings) {
        (values.help ? process.stdout : process.stderr).write(usage);
        process.exit(values.help ? 0 : 2);
    }
    return values;
}

function rgbOf({ width, height, data }) {
    const rgb = Buffer.alloc(width * height * 3);
    for (let i = 0; i < width * height; i++)
        rgb.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
    return rgb;
}

function ppmOf(image) {
    return Buffer.concat([Buffer.from(`P6\n${image.width} ${image.height}\n255\n`), rgbOf(image)]);
}

/* What differs, as a sentence; "" when nothing does. */
function difference(shown, expected) {
    if (shown.width === 0)
        return "nothing was shown";
    const got = ppmOf(shown);
    if (got.equals(expected))
        return "";
    if (got.length !== expected.length)
        return `${shown.width}x${shown.height} is another size than expected`;
    const at = expected.length - shown.width * shown.height * 3;
    let first = 0;
    while (got[at + first] === expected[at + first])
        first++;
    const px = Math.floor(first / 3);
    return `pixel ${px % shown.width},${Math.floor(px / shown.width)} differs`;
}

/* The same header as ours, whoever wrote the file. */
function readPpm(path) {
    const file = readFileSync(path), head = file.toString("latin1", 0, 64).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
    return Buffer.concat([Buffer.from(`P6\n${head[1]} ${head[2]}\n255\n`), file.subarray(head[0].length)]);
}

async function main() {
    const options = parseOptions(), target = pretendToBeABrowser(options.jpeg);
    const load = (file) => import(pathToFileURL(`${options.novnc}/core/${file}`).href);
    (await load("util/logging.js")).initLogging("warn");
    const { default: RFB } = await load("rfb.js");
    const wanted = numbersOf(options.encodings);
    let expected = options.expect && readPpm(options.expect), updates = 0;

    /* Cursor, so that no pointer is drawn; LastRect, DesktopSize. */
    RFB.prototype._sendEncodings = function () {
        RFB.messages.clientEncodings(this._sock, [...wanted, -239, -224, -223]);
    };
    const takeUpdate = RFB.prototype._framebufferUpdate;
    RFB.prototype._framebufferUpdate = function () {
        const whole = takeUpdate.call(this);
        updates += whole ? 1 : 0;
        return whole;
    };

    const [, host, port] = options.address.match(/^(.*):(\d+)$/);
    const rfb = new RFB(target, new TcpChannel(host, Number(port)));
    const shown = () => rfb._display._backbuffer;
    const end = (failure) => {
        if (options.out)
            writeFileSync(options.out, ppmOf(shown()));
        if (!failure && options.image && !decoded[options.image])
            failure = `no ${options.image} picture came`;
        if (failure)
            process.stderr.write(`novnc: ${options.encodings}: ${failure} (after ${updates} updates)\n`);
        process.exit(failure ? 1 : 0);
    };
    const lacks = () => (expected ? difference(shown(), expected) : "");

    rfb.addEventListener("disconnect", () => end("the connection ended"));
    rfb.addEventListener("securityfailure", (e) => end(`login refused: ${e.detail.reason}`));
    const giveUpLater = () => setTimeout(() => end(lacks() || "too few updates"), Number(options.timeout) * 1000);
    /* Its time begins when there is something to compare with. */
    if (!options.await)
        giveUpLater();
    setInterval(() => {
        if (options.await && !expected && existsSync(options.await)) {
            expected = readPpm(options.await);
            giveUpLater();
        }
        if (options.await && !expected)
            return;
        if (!rfb._display.pending() && updates >= Number(options.updates ?? 1) && !lacks())
            end("");
    }, 50);
}

await main();
