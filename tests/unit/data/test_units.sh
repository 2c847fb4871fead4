#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What systemd says of the unit, the user and the folders that are installed. None of it is run by systemd here.
# shellcheck disable=SC2317 # functions are called by check
set -u
src=${top_srcdir:-.} build=${top_builddir:-.}
room=$(mktemp -d) || exit 99
trap 'rm -rf "$room"' EXIT
failed=0

# check NAME COMMAND...: runs it; what it prints is shown when it fails.
check() {
    local name=$1
    shift
    if "$@" >"$room/out" 2>&1; then
        echo "ok: $name"
    else
        echo "FAILED: $name"
        cat "$room/out"
        failed=1
    fi
}

# The unit with programs that are there.
make_unit() {
    sed -e "s|@sbindir@|$(cd "$build" && pwd)|" -e 's|@sysconfdir@|/etc|' -e 's|/bin/kill |/bin/true |' \
        "$src/data/holdfast.service.in" \
        >"$room/holdfast.service"
    grep -q "^ExecStart=/.*/holdfastd -c /etc/holdfast/holdfast.conf$" "$room/holdfast.service"
}

# Anything that verify says is a fault, even where it exits 0.
verify() {
    local said
    said=$(systemd-analyze verify --man=no --recursive-errors=no "$room/holdfast.service" 2>&1) || { echo "$said"; return 1; }
    echo "$said"
    ! grep -q "holdfast" <<<"$said"
}

# exposure: what `security` counts, 0.0 to 10.0, as a whole number of tenths.
not_more_exposed_than() {
    systemd-analyze security --offline=true --no-pager --threshold="$1" "$room/holdfast.service"
}

# Capabilities that something needs, and no other.
capabilities() {
    local wanted="CAP_AUDIT_WRITE CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETUID"
    local found
    found=$(sed -n 's/^CapabilityBoundingSet=//p' "$room/holdfast.service" | tr ' ' '\n' | sort | xargs)
    [ "$found" = "$wanted" ] || { echo "$found"; return 1; }
}

# systemd reads the files for another root, and would make what they say.
users() {
    mkdir -p "$room/root/etc" "$room/root/usr/lib/sysusers.d"
    cp "$src/data/sysusers.d/holdfast.conf" "$room/root/usr/lib/sysusers.d/holdfast.conf"
    systemd-sysusers --root="$room/root" && grep -q "^holdfast:" "$room/root/etc/passwd"
}

folders() {
    mkdir -p "$room/root/usr/lib/tmpfiles.d" "$room/root/run" "$room/root/var"
    cp "$src/data/tmpfiles.d/holdfast.conf" "$room/root/usr/lib/tmpfiles.d/holdfast.conf"
    systemd-tmpfiles --create --root="$room/root" holdfast.conf || return
    [ "$(stat -c %a "$room/root/var/lib/holdfast" "$room/root/run/holdfast" | xargs)" = "700 755" ]
}

check "the unit names the program and its file" make_unit
check "systemd finds no fault in the unit" verify
check "the unit is exposed no more than it must be" not_more_exposed_than 40
check "the unit has the capabilities that are needed" capabilities
if [ "$(id -u)" = 0 ]; then
    check "the user is made" users
    check "the folders are made" folders
fi
exit "$failed"
