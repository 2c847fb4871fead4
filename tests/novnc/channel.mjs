/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TCP connection with the interface of a WebSocket, for noVNC's raw channels. */
import { connect } from "node:net";

export class TcpChannel {
    constructor(host, port) {
        this.binaryType = "arraybuffer";
        this.protocol = "";
        this.readyState = "connecting";
        this.bufferedAmount = 0;
        this.onopen = this.onmessage = this.onerror = this.onclose = null;
        this.socket = connect({ host, port, noDelay: true });
        this.socket.on("connect", () => {
            this.readyState = "open";
            this.onopen?.();
        });
        this.socket.on("data", (data) => {
            this.onmessage?.({ data: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) });
        });
        this.socket.on("error", (error) => this.onerror?.(error));
        this.socket.on("close", () => {
            this.readyState = "closed";
            this.onclose?.({ code: 1000, reason: "closed by the server" });
        });
    }

    send(data) {
        this.socket.write(Buffer.from(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength));
    }

    close() {
        this.readyState = "closing";
        this.socket.end();
    }
}
