#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Our TLS against OpenSSL's client: versions, resumption, client certificates, anonymous TLS.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=tests/unit/auth/login_room.sh
. "${top_srcdir:-.}/tests/unit/auth/login_room.sh"
trap '' PIPE # a client may be gone before it is spoken to

# ask ARGUMENT...: connects, sends a line, and sees that it comes back before it leaves.
ask() {
    local client to from line=''
    mkfifo "$ROOM/to" "$ROOM/from"
    timeout 60 openssl s_client -connect "127.0.0.1:$PORT" -quiet "$@" \
        <"$ROOM/to" >"$ROOM/from" 2>"$ROOM/trouble" &
    client=$!
    exec {to}>"$ROOM/to" {from}<"$ROOM/from"
    rm "$ROOM/to" "$ROOM/from"
    echo hello >&"$to"
    read -r -t 60 -u "$from" line || true
    exec {to}>&- {from}<&-
    stop "$client"
    [ "$line" = hello ]
}

good() {
    local expected=$1
    shift
    ask "$@" && heard "$expected"
}

bad() {
    ! ask "$@" && heard
}

make_certificates
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=alice/UID=alice \
    -keyout "$ROOM/stranger.key" -out "$ROOM/stranger.crt" 2>/dev/null
trusting=(-CAfile "$ROOM/ca.crt" -verify_return_error -verify_hostname localhost)
alice=(-cert "$ROOM/alice.crt" -key "$ROOM/alice.key")

start_server -c "$ROOM/server.crt" -k "$ROOM/server.key" -a "$ROOM/ca.crt" -e x509
check "TLS 1.3" good "wrapped TLS1.3 AES-256-GCM" "${trusting[@]}" -tls1_3
check "TLS 1.2" good "wrapped TLS1.2 AES-256-GCM" "${trusting[@]}" -tls1_2
check "not TLS 1.1" bad -tls1_1 -cipher 'ALL:@SECLEVEL=0'
check "AES-128-GCM" good "wrapped TLS1.3 AES-128-GCM" -ciphersuites TLS_AES_128_GCM_SHA256
check "the server's order" good "wrapped TLS1.3 AES-256-GCM" \
    -ciphersuites TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384
check "a name" good "asked-for web1.example" -servername web1.example
check "a client certificate" good "certified alice" "${alice[@]}"
for version in -tls1_2 -tls1_3; do
    check "a session ($version)" good "certified alice" $version -sess_out "$ROOM/session" "${alice[@]}"
    check "resumed ($version)" good "resumed" $version -sess_in "$ROOM/session" "${alice[@]}"
done
check "a stranger's certificate" bad -cert "$ROOM/stranger.crt" -key "$ROOM/stranger.key"

start_server -e tls
anonymous='aNULL:@SECLEVEL=0'
check "anonymous, TLS 1.3 on offer" good "wrapped TLS1.2 AES-256-GCM" -cipher "ALL:$anonymous"
check "anonymous DH" good "wrapped TLS1.2 AES-128-GCM" -cipher "ADH-AES128-GCM-SHA256:@SECLEVEL=0"
check "anonymous ECDH" good "wrapped TLS1.2 AES-256-CBC" -cipher "AECDH-AES256-SHA:@SECLEVEL=0"
exit "$failed"
