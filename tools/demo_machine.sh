# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine of ./demo: the Debian installer in QEMU, and its moves from one QEMU to another. Sourced by it, which
# has BUILD, RUN, pids, daemon, ctl and, of each place where the machine can be, name_of, qmp_of and migration_to.

INSTALLER=/usr/lib/debian-installer/images/12/amd64/gtk/debian-installer/amd64

# start_qemu PLACE ARGUMENT...: the machine's QEMU there, told what to do by a pipe.
qemu=''
start_qemu() {
    local place=$1
    shift
    rm -f "$RUN/$place.in" "$RUN/$place.out"
    mkfifo "$RUN/$place.in" "$RUN/$place.out"
    qemu-system-x86_64 -accel tcg -m 1024 -name installer -uuid 6c1d3a52-7f0e-4c6b-9a51-2f8f4d1b9e07 \
        -kernel "$INSTALLER/linux" -initrd "$INSTALLER/initrd.gz" -append "vga=788 --- quiet" \
        -vga std -usb -device usb-tablet -nic none \
        -display dbus,p2p=yes -qmp "unix:$(qmp_of "$place"),server=on,wait=off" \
        -monitor "pipe:$RUN/$place" "$@" >>"$RUN/qemu.log" 2>&1 &
    qemu=$!
    pids+=("$qemu")
}

show_logs() {
    tail -n 50 "$RUN"/*.log >&2
}

# wait_for WHAT FILTER: until jq's FILTER says true of the list of machines.
wait_for() {
    local i
    for ((i = 0; i < 1200; i++)); do
        ctl --json machines 2>/dev/null | jq -e "$2" >/dev/null && return 0
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    show_logs
    die "$1 did not come"
}

# For how long the picture stood still in the last move; where somebody looks it is known a moment after the move.
standstill() {
    local gap i
    for ((i = 0; i < 30; i++)); do
        gap=$(ctl --json machines | jq -r '.[0].last_switch_gap_ms // empty')
        [ -z "$gap" ] || break
        sleep 0.1
    done
    [ -z "$gap" ] || echo "; its picture stood still for $gap ms"
}

# move TO: live, from here.
move() {
    local there=$1 source=$qemu moves
    moves=$(ctl --json machines | jq '.[0].switches')
    say "moving the machine from $(name_of "$here") to $(name_of "$there")"
    start_qemu "$there" -incoming "$(migration_to "$there")"
    wait_for "the waiting QEMU" 'any(.[0].places[]; .state == "incoming")'
    echo "migrate -d $(migration_to "$there")" >"$RUN/$here.in"
    wait_for "the machine at $(name_of "$there")" ".[0].switches > $moves and .[0].state == \"running\""
    kill "$source"
    wait_for "the end of the QEMU that it left" '[.[0].places[] | select(.state != "lost")] | length == 1'
    here=$there
    say "it runs at $(name_of "$there")$(standstill)"
}

# move_under_viewer TO ADDRESS: one who has the picture before stays connected.
move_under_viewer() {
    local viewer
    "$BUILD/tests/client/rfbclient" --screenshot "$RUN/viewer.png" --hold 3600 "$2" >"$RUN/viewer.log" 2>&1 &
    viewer=$!
    pids+=("$viewer")
    wait_for "a viewer" '.[0].viewers > 0'
    move "$1"
    kill -0 "$viewer" 2>/dev/null || { show_logs && die "the viewer lost its connection in the move"; }
    say "the viewer that was connected to $2 still is"
    kill "$viewer"
}

shoot() {
    "$BUILD/tests/client/rfbclient" --screenshot "$RUN/shot.png" "$1" >/dev/null ||
        { show_logs && die "no picture from $1"; }
}

# wait_for_screen ADDRESS: the installer is up when a picture of at least 800 pixels' width with something on it stands
# still for 30 s: between its title and its first question it shows nothing new for a while.
wait_for_screen() {
    local before=none still=0 now width size i
    for ((i = 0; ; i++)); do
        [ "$i" -lt 200 ] || { show_logs && die "the installer did not come up within 10 minutes"; }
        shoot "$1"
        width=$(ctl --json machines | jq '.[0].size[0] // 0')
        now=$(sha256sum <"$RUN/shot.png")
        size=$(stat -c %s "$RUN/shot.png")
        still=$((still + 1))
        [ "$now" = "$before" ] || still=0
        [ "$width" -ge 800 ] && [ "$size" -gt 15000 ] && [ "$still" -ge 10 ] && return 0
        before=$now
        sleep 3
    done
}
