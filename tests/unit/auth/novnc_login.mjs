// SPDX-License-Identifier: GPL-2.0-or-later
// noVNC's own RFB object, without a browser: logs in to a login_server and waits for a picture.
// node novnc_login.mjs NOVNC-FOLDER PORT TYPE PASSWORD
// Says "picture", or "refused REASON", or fails.
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, port, type, password] = process.argv.slice(2);

// Whatever noVNC asks of the page, it gets something that can be called, read and written.
function anything() {
    const target = function () {};
    return new Proxy(target, {
        get: (t, name) => name === Symbol.toPrimitive ? () => 0 : t[name] ??= anything(),
        set: (t, name, value) => { t[name] = value; return true; },
        apply: () => anything(),
        construct: () => anything(),
    });
}

globalThis.window = globalThis;
globalThis.document = anything();
for (const name of ['ResizeObserver', 'MutationObserver', 'Image', 'HTMLElement', 'localStorage', 'requestAnimationFrame'])
    globalThis[name] = anything();
globalThis.isSecureContext = true;
globalThis.WebSocket = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
Object.defineProperty(globalThis, 'navigator', { value: { platform: 'Linux', userAgent: 'node' } });
window.addEventListener = window.removeEventListener = () => {};

// A socket that looks like an open RTCDataChannel.
class Channel {
    constructor() {
        this.readyState = 'open';
        this.binaryType = 'arraybuffer';
        this.protocol = '';
        this.onmessage = this.onclose = this.onopen = this.onerror = null;
        this.socket = net.connect(Number(port), '127.0.0.1');
        this.socket.on('data', data =>
            this.onmessage({ data: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) }));
        this.socket.on('close', () => { this.readyState = 'closed'; this.onclose({}); });
    }
    send(data) { this.socket.write(Buffer.from(data)); }
    close() { this.socket.destroy(); }
}

const { default: RFB } = await import(pathToFileURL(path.join(folder, 'core', 'rfb.js')));

function end(text, code) {
    console.log(text);
    process.exit(code);
}

// Only the type under test is known to this noVNC.
RFB.prototype._isSupportedSecurityType = offered => offered === Number(type) || offered === 256;
RFB.prototype._updateScale = RFB.prototype._resize = RFB.prototype._setDesktopName = () => {};
const update = RFB.prototype._framebufferUpdate;
RFB.prototype._framebufferUpdate = function () {
    return update ? end('picture', 0) : false;
};

const rfb = new RFB(anything(), new Channel(), { credentials: { username: 'alice', password } });
rfb.addEventListener('serververification', () => rfb.approveServer());
rfb.addEventListener('securityfailure', event => end(`refused ${event.detail.reason}`, 0));
rfb.addEventListener('disconnect', () => end('disconnected', 1));
setTimeout(() => end('nothing came', 1), 60000);
