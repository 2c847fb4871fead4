#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Other people's clients log in to the daemon with a name and a password that PAM checks: noVNC,
# whose RSA-AES and Diffie-Hellman are its own, LibVNCClient, and TigerVNC's viewer.
# HOLDFAST_NOVNC names a folder with noVNC; without it, npm fetches the package.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=tests/unit/auth/login_room.sh
. "${top_srcdir:-.}/tests/unit/auth/login_room.sh" || exit 1
VERSION=1.7.0

write_pam() {
    mkdir "$ROOM/pam"
    cat >"$ROOM/pam.sh" <<'END'
#!/bin/sh
read -r password
[ "$PAM_USER:$password" = alice:s3cr3t ]
END
    cat >"$ROOM/pam/test" <<END
auth [success=1 default=ignore] pam_exec.so quiet expose_authtok $ROOM/pam.sh
auth requisite pam_deny.so
auth required pam_permit.so
account required pam_permit.so
END
    printf '#!/bin/sh\nexec "%s" --confdir "%s"\n' "$BUILD/holdfast-verifier" "$ROOM/pam" >"$ROOM/verifier"
    chmod 755 "$ROOM/pam.sh" "$ROOM/verifier"
    export HOLDFAST_VERIFIER=$ROOM/verifier
}

# start_daemon METHODS: sets PORT; its log is $ROOM/log.
start_daemon() {
    stop "$SERVER"
    : >"$ROOM/log"
    cat >"$ROOM/conf" <<END
server { listen = {"127.0.0.1:0"} control = "$ROOM/control" state = "$ROOM/state.db" }
tls { certificate = "$ROOM/server.crt" key = "$ROOM/server.key" }
auth { methods = {$1} pam-service = "test" }
machine web1 { place = {"pattern:64x48"} password-file = "$ROOM/pw" allow = {"alice:drive", "anonymous:watch"} }
END
    "$BUILD/holdfastd" -c "$ROOM/conf" 2>"$ROOM/log" &
    SERVER=$!
    logged "^ready" || return 1
    PORT=$("$BUILD/holdfastctl" -s "$ROOM/control" --json status | grep -o '127.0.0.1:[0-9]*' | head -n 1 | cut -d : -f 2)
}

# logged PATTERN: waits until the daemon has said so.
logged() {
    grep -q -m 1 -e "$1" <(timeout 60 tail -n +1 -f --pid="$SERVER" "$ROOM/log") && return
    echo "not logged: $1" >&2
    cat "$ROOM/log" >&2
    return 1
}

find_novnc() {
    NOVNC=${HOLDFAST_NOVNC:-$ROOM/package}
    [ -d "$NOVNC/core" ] ||
        (cd "$ROOM" && npm pack --silent "@novnc/novnc@$VERSION" >/dev/null && tar xf novnc-*.tgz)
}

# novnc METHODS TYPE PASSWORD ANSWER PATTERN
novnc() {
    local said
    start_daemon "$1" || return 1
    said=$(timeout 120 node "$SOURCE/tests/unit/auth/novnc_login.mjs" "$NOVNC" "$PORT" "$2" "$3" \
        2>"$ROOM/trouble") || true
    [ "$said" = "$4" ] || {
        echo "noVNC says: $said" >&2
        cat "$ROOM/trouble" "$ROOM/log" >&2
        return 1
    }
    logged "$5"
}

# libvncclient METHOD PATTERN
libvncclient() {
    start_daemon "$1" || return 1
    timeout 60 "$BUILD/tests/client/vncclient_snapshot" --user alice --password s3cr3t \
        "127.0.0.1:$PORT" 2>"$ROOM/trouble" || {
        cat "$ROOM/trouble" "$ROOM/log" >&2
        return 1
    }
    logged "$2"
}

start_display() {
    local number
    mkfifo "$ROOM/number"
    Xvfb -displayfd 3 -screen 0 320x240x24 -nolisten tcp 3>"$ROOM/number" 2>/dev/null &
    DISPLAY_SERVER=$!
    read -r -t 60 number <"$ROOM/number"
    export DISPLAY=:$number HOME=$ROOM
}

# tigervnc METHODS TYPE PASSWORD PATTERN
tigervnc() {
    local viewer status=0
    start_daemon "$1" || return 1
    VNC_USERNAME=alice VNC_PASSWORD=$3 vncviewer -SecurityTypes="$2" -X509CA="$ROOM/ca.crt" \
        -AlertOnFatalError=0 -ReconnectOnError=0 "127.0.0.1::$PORT" >"$ROOM/viewer" 2>&1 &
    viewer=$!
    logged "$4" || status=1
    # Not with TERM, upon which the viewer calls exit() in its signal handler and may wait for itself for ever.
    { kill -KILL "$viewer" && wait "$viewer"; } 2>/dev/null || true
    return "$status"
}

make_certificates
write_pam
(umask 077 && echo s3cr3t >"$ROOM/pw")
find_novnc
start_display
no="refused authentication failed"

check "noVNC, RSA-AES without encryption behind it" novnc ra2ne 6 s3cr3t picture "'alice' by ra2ne, drive at web1"
check "noVNC, the same, wrong" novnc ra2ne 6 wrong "$no" "login of 'alice' failed"
check "noVNC, Diffie-Hellman" novnc apple-dh 30 s3cr3t picture "'alice' by apple-dh, drive at web1"
check "noVNC, the same, wrong" novnc apple-dh 30 wrong "$no" "login of 'alice' failed"
check "noVNC, Plain" novnc plain 19 s3cr3t picture "'alice' by plain, drive at web1"
check "LibVNCClient, Diffie-Hellman" libvncclient apple-dh "'alice' by apple-dh, drive at web1"
check "LibVNCClient, TLSPlain" libvncclient tls-plain "'alice' by tls-plain, drive at web1"
check "LibVNCClient, TLSVnc" libvncclient tls-vnc "'anonymous' by tls-vnc, watch at web1"
check "LibVNCClient, VNC" libvncclient vnc "'anonymous' by vnc, watch at web1"
check "TigerVNC, X509Plain" tigervnc x509-plain X509Plain s3cr3t "'alice' by x509-plain, drive at web1"
check "TigerVNC, the same, wrong" tigervnc x509-plain X509Plain wrong "login of 'alice' failed"
check "TigerVNC, TLSPlain" tigervnc tls-plain TLSPlain s3cr3t "'alice' by tls-plain, drive at web1"
check "TigerVNC, X509Vnc" tigervnc x509-vnc X509Vnc s3cr3t "'anonymous' by x509-vnc, watch at web1"
exit "$failed"
