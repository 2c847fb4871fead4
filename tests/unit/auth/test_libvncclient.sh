#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Logins of LibVNCClient, which Remmina and KRDC are built on.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=tests/unit/auth/login_room.sh
. "${top_srcdir:-.}/tests/unit/auth/login_room.sh"

# log_in METHOD WORD...: offers this method alone; whether the server says these.
log_in() {
    local client status=0
    start_server "$1"
    shift
    timeout 60 "$BUILD/tests/client/vncclient_snapshot" --user alice --password s3cr3t \
        "127.0.0.1:$PORT" 2>"$ROOM/trouble" &
    client=$!
    heard "$@" || status=1
    wait "$client" || status=1
    [ "$status" = 0 ] || cat "$ROOM/trouble" >&2
    return "$status"
}

anonymous="wrapped TLS1.2 AES-256-GCM" picture="picture sent"
check None log_in none accepted "$picture"
check VNC log_in vnc accepted "$picture"
check "Apple's Diffie-Hellman" log_in apple-dh "accepted alice" "$picture"
check Plain log_in plain "accepted alice" "$picture"
check TLSNone log_in tls-none "$anonymous" accepted "$picture"
check TLSVnc log_in tls-vnc "$anonymous" accepted "$picture"
check TLSPlain log_in tls-plain "$anonymous" "accepted alice" "$picture"
exit "$failed"
