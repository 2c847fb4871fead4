#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Logins of noVNC, whose RSA-AES and Diffie-Hellman are written in JavaScript. HOLDFAST_NOVNC
# names a folder with noVNC; without it, npm fetches the package.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=tests/unit/auth/login_room.sh
. "${top_srcdir:-.}/tests/unit/auth/login_room.sh"
VERSION=1.7.0

find_novnc() {
    NOVNC=${HOLDFAST_NOVNC:-$ROOM/package}
    [ -d "$NOVNC/core" ] ||
        (cd "$ROOM" && npm pack --silent "@novnc/novnc@$VERSION" >/dev/null && tar xf novnc-*.tgz)
}

# log_in TYPE PASSWORD ANSWER WORD...: whether noVNC ends with this answer and the server says these.
log_in() {
    local type=$1 password=$2 answer=$3 said
    shift 3
    said=$(timeout 120 node "$SOURCE/tests/unit/auth/novnc_login.mjs" "$NOVNC" "$PORT" "$type" \
        "$password" 2>"$ROOM/trouble") || true
    heard "$@" || return 1
    [ "$answer" != picture ] || heard || return 1
    [ "$said" = "$answer" ] || {
        echo "noVNC says: $said" >&2
        cat "$ROOM/trouble" >&2
        return 1
    }
}

find_novnc
start_server -r "$ROOM/ra2.key" ra2ne apple-dh plain vnc none
no="authentication failed"
check RA2ne log_in 6 s3cr3t picture "accepted alice" "picture sent"
check "RA2ne, wrong" log_in 6 wrong "refused $no" "rejected alice" "closed $no"
check "Apple's Diffie-Hellman" log_in 30 s3cr3t picture "accepted alice" "picture sent"
check "Apple's Diffie-Hellman, wrong" log_in 30 wrong "refused $no" "rejected alice" "closed $no"
check "VeNCrypt Plain" log_in 19 s3cr3t picture "accepted alice" "picture sent"
check "VNC" log_in 2 s3cr3t picture accepted "picture sent"
check None log_in 1 '' picture accepted "picture sent"
mode=$(stat -c %a "$ROOM/ra2.key")
check "the key is the owner's alone" [ "$mode" = 600 ]
exit "$failed"
