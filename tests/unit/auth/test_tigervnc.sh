#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Logins of TigerVNC's viewer, by every security type that Debian's version has.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=tests/unit/auth/login_room.sh
. "${top_srcdir:-.}/tests/unit/auth/login_room.sh"

start_display() {
    local number
    mkfifo "$ROOM/number"
    Xvfb -displayfd 3 -screen 0 320x240x24 -nolisten tcp 3>"$ROOM/number" 2>/dev/null &
    DISPLAY_SERVER=$!
    read -r -t 60 number <"$ROOM/number"
    export DISPLAY=:$number HOME=$ROOM
}

# log_in TYPE PASSWORD WORD...: whether the server says these.
log_in() {
    local type=$1 password=$2 viewer status=0
    shift 2
    VNC_USERNAME=alice VNC_PASSWORD=$password vncviewer -SecurityTypes="$type" \
        -X509CA="$ROOM/ca.crt" -AlertOnFatalError=0 -ReconnectOnError=0 \
        "127.0.0.1::$PORT" >"$ROOM/viewer" 2>&1 &
    viewer=$!
    heard "$@" || status=1
    # Not with TERM, upon which the viewer calls exit() in its signal handler and may wait for itself for ever.
    { kill -KILL "$viewer" && wait "$viewer"; } 2>/dev/null || true
    [ "${*: -1}" != "picture sent" ] || heard || status=1
    return "$status"
}

make_certificates
start_display
start_server -c "$ROOM/server.crt" -k "$ROOM/server.key" \
    x509-plain x509-vnc x509-none tls-plain tls-vnc tls-none plain vnc none
x509="wrapped TLS1.3 AES-256-GCM" anonymous="wrapped TLS1.2 AES-256-GCM" picture="picture sent"
check X509Plain log_in X509Plain s3cr3t "$x509" "accepted alice" "$picture"
check X509Vnc log_in X509Vnc s3cr3t "$x509" accepted "$picture"
check X509None log_in X509None '' "$x509" accepted "$picture"
check TLSPlain log_in TLSPlain s3cr3t "$anonymous" "accepted alice" "$picture"
check TLSVnc log_in TLSVnc s3cr3t "$anonymous" accepted "$picture"
check TLSNone log_in TLSNone '' "$anonymous" accepted "$picture"
check Plain log_in Plain s3cr3t "accepted alice" "$picture"
check VncAuth log_in VncAuth s3cr3t accepted "$picture"
check None log_in None '' accepted "$picture"
check "a wrong password" log_in X509Plain wrong "rejected alice" "closed authentication failed"
check "a wrong VNC password" log_in TLSVnc wrong rejected "closed authentication failed"
exit "$failed"
