# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# One host, for ./demo: a daemon that finds the machine in each QEMU whose socket is in a folder. Sourced by it, which
# has RUN and start_daemon.

places=(one two)
front=holdfastd

name_of() {
    echo "QEMU $1"
}

qmp_of() {
    echo "$RUN/qmp/$1.sock"
}

migration_to() {
    echo "unix:$RUN/move"
}

# start_daemons PORT
start_daemons() {
    mkdir "$RUN/qmp" "$RUN/$front"
    cat >"$RUN/$front.conf" <<TEXT
server {
  listen  = {"127.0.0.1:$1"}
  control = "$RUN/$front/control.sock"
  state   = "$RUN/$front/holdfast.db"
}
auth { methods = {none} }
discover { qmp = "$RUN/qmp" }
TEXT
    start_daemon "$front"
}

tell_where() {
    :
}
