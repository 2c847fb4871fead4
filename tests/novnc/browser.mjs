/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As much of a browser as noVNC needs to draw: elements that do nothing, a canvas that holds pixels, pictures that are
 * decoded at once. JPEG is left to a program. Knows no RFB.
 */
import { spawnSync } from "node:child_process";
import { decodePng } from "./png.mjs";

class FakeImageData {
    constructor(data, width, height) {
        Object.assign(this, { data, width, height });
    }
}

/* "rgb(1,2,3)" */
function parseColour(style) {
    return style.match(/\d+/g).map(Number);
}

class Context {
    constructor(canvas) {
        this.canvas = canvas;
        this.fillStyle = "rgb(0,0,0)";
    }

    fillRect(x, y, width, height) {
        const [r, g, b] = parseColour(this.fillStyle), rgba = new Uint8ClampedArray(width * height * 4);
        for (let i = 0; i < rgba.length; i += 4)
            rgba.set([r, g, b, 255], i);
        this.putImageData({ data: rgba, width, height }, x, y);
    }

    clearRect() {}

    putImageData(image, x, y) {
        this.copy(image, 0, 0, image.width, image.height, x, y);
    }

    getImageData(x, y, width, height) {
        const result = new FakeImageData(new Uint8ClampedArray(width * height * 4), width, height);
        for (let row = 0; row < height; row++) {
            const from = ((y + row) * this.canvas.width + x) * 4;
            result.data.set(this.canvas.data.subarray(from, from + width * 4), row * width * 4);
        }
        return result;
    }

    /* (image, dx, dy) or (image, sx, sy, sw, sh, dx, dy, dw, dh), never scaled */
    drawImage(image, ...at) {
        const [sx, sy, w, h, dx, dy] = at.length === 2 ? [0, 0, image.width, image.height, ...at] : at;
        this.copy(image, sx, sy, w, h, dx, dy);
    }

    copy(image, sx, sy, width, height, dx, dy) {
        const { data, width: stride } = this.canvas;
        const source = image.data === data ? data.slice() : image.data;
        const clipped = Math.min(width, stride - dx, image.width - sx);
        for (let row = 0; row < height && dy + row < this.canvas.height; row++) {
            const from = ((sy + row) * image.width + sx) * 4;
            data.set(source.subarray(from, from + clipped * 4), ((dy + row) * stride + dx) * 4);
        }
    }
}

class Element extends EventTarget {
    constructor() {
        super();
        Object.assign(this, { style: {}, offsetWidth: 0, clientWidth: 0, clientHeight: 0, parentNode: this });
    }

    appendChild() {}
    removeChild() {}
    contains() { return false; }
    focus() {}
    setAttribute() {}
    getBoundingClientRect() { return { left: 0, top: 0, width: 0, height: 0 }; }
}

class Canvas extends Element {
    constructor() {
        super();
        this.size = [0, 0];
        this.data = new Uint8ClampedArray(0);
        this.context = new Context(this);
    }

    /* As in a browser, another size clears it. */
    resize(width, height) {
        this.size = [width, height];
        this.data = new Uint8ClampedArray(width * height * 4);
    }

    get width() { return this.size[0]; }
    set width(width) { this.resize(width, this.size[1]); }
    get height() { return this.size[1]; }
    set height(height) { this.resize(this.size[0], height); }
    getContext() { return this.context; }
    toDataURL() { return "data:,"; }
}

function decodePpm(ppm) {
    const head = ppm.toString("latin1", 0, 64).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
    const [width, height] = [Number(head[1]), Number(head[2])], at = head[0].length;
    const data = new Uint8ClampedArray(width * height * 4).fill(255);
    for (let i = 0; i < width * height; i++)
        data.set(ppm.subarray(at + 3 * i, at + 3 * i + 3), 4 * i);
    return { width, height, data };
}

/* How many pictures of each kind were decoded. */
export const decoded = { png: 0, jpeg: 0 };

function imageClass(jpegProgram) {
    const decodeJpeg = (bytes) => {
        const run = spawnSync(jpegProgram, { input: bytes, maxBuffer: 1 << 30 });
        if (run.status !== 0)
            throw new Error(`${jpegProgram}: ${run.stderr}`);
        return decodePpm(run.stdout);
    };
    return class extends Element {
        get complete() { return true; }

        set src(url) {
            const found = url.match(/^data:\s*image\/(png|jpeg);base64,(.*)$/s);
            if (!found)
                return;
            decoded[found[1]]++;
            const bytes = Buffer.from(found[2], "base64");
            Object.assign(this, found[1] === "png" ? decodePng(bytes) : decodeJpeg(bytes));
        }
    };
}

class Observer {
    observe() {}
    disconnect() {}
}

/* Puts the names that noVNC looks for in place; jpegProgram: JPEG in, PPM out. */
export function pretendToBeABrowser(jpegProgram) {
    const names = {
        window: globalThis,
        document: Object.assign(new Element(), {
            documentElement: new Element(),
            body: new Element(),
            createElement: (name) => (name === "canvas" ? new Canvas() : new Element()),
            getElementById: () => new Element(),
        }),
        navigator: { userAgent: "node", platform: "Linux", maxTouchPoints: 0 },
        isSecureContext: true,
        devicePixelRatio: 1,
        addEventListener: () => {},
        removeEventListener: () => {},
        requestAnimationFrame: (callback) => setTimeout(callback, 0),
        getComputedStyle: () => ({}),
        ImageData: FakeImageData,
        Image: imageClass(jpegProgram),
        ResizeObserver: Observer,
        MutationObserver: Observer,
        WebSocket: Object.assign(class {}, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }),
        CustomEvent: class extends Event {
            constructor(type, options) {
                super(type, options);
                this.detail = options?.detail;
            }
        },
    };
    for (const [name, value] of Object.entries(names))
        Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    return document.createElement("div");
}
