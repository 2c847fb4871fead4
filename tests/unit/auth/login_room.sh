# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
# A folder of its own and a login_server in it; sourced by the tests of other people's clients.
set -euo pipefail
SOURCE=$(cd "${top_srcdir:-.}" && pwd)
BUILD=$(cd "${top_builddir:-.}" && pwd)
ROOM=$(mktemp -d)
SERVER='' DISPLAY_SERVER=''
failed=0

stop() {
    [ -z "$1" ] || { kill "$1" && wait "$1"; } 2>/dev/null || true
}

clean_up() {
    stop "$SERVER"
    stop "$DISPLAY_SERVER"
    rm -rf "$ROOM"
}
trap clean_up EXIT

# start_server ARGUMENT...: sets PORT; what it says is read with heard.
start_server() {
    stop "$SERVER"
    [ -z "${FROM_SERVER:-}" ] || exec {FROM_SERVER}<&-
    rm -f "$ROOM/said"
    mkfifo "$ROOM/said"
    "$BUILD/tests/unit/auth/login_server" "$@" >"$ROOM/said" &
    SERVER=$!
    exec {FROM_SERVER}<"$ROOM/said"
    read -r -t 60 -u "$FROM_SERVER" _ PORT
}

# heard WORD...: what the server says up to a line that begins with "closed" or "picture" must
# have these lines in it, in this order.
heard() {
    local line said=()
    while read -r -t 60 -u "$FROM_SERVER" line; do
        said+=("${line% }")
        case $line in picture* | closed*) break ;; esac
    done
    for line in "${said[@]}"; do
        [ $# -eq 0 ] || [ "$line" != "$1" ] || shift
    done
    [ $# -eq 0 ] && return
    printf 'not said: %s; but: %s\n' "$1" "$(IFS='|' && echo "${said[*]}")" >&2
    return 1
}

# check NAME COMMAND...: one test.
check() {
    local name=$1
    shift
    if "$@"; then
        echo "ok: $name"
    else
        echo "FAILED: $name"
        failed=1
    fi
}

# make_certificates: ca, server (localhost, 127.0.0.1) and alice (a client), in $ROOM.
make_certificates() {
    local name
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >"$ROOM/server.ext"
    printf 'extendedKeyUsage=clientAuth\n' >"$ROOM/alice.ext"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=CA \
        -keyout "$ROOM/ca.key" -out "$ROOM/ca.crt" 2>/dev/null
    for name in server alice; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name/UID=$name" \
            -keyout "$ROOM/$name.key" -out "$ROOM/$name.csr" 2>/dev/null
        openssl x509 -req -in "$ROOM/$name.csr" -CA "$ROOM/ca.crt" -CAkey "$ROOM/ca.key" -days 2 \
            -CAcreateserial -extfile "$ROOM/$name.ext" -out "$ROOM/$name.crt" 2>/dev/null
    done
    chmod 600 "$ROOM"/*.key
}
