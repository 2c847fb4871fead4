# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# Several hosts on one machine, for ./demo --hosts: each is an address of the loopback interface, with a daemon, sockets
# and certificates of its own; an etcd is on another one. Needs no rights. Sourced by ./demo, which has BUILD, RUN, pids
# and start_daemon.

places=(host-a host-b)
front=gateway
# Every 127.x.y.z is this machine; one by chance is not in use by another demo.
net=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1))

ip_of() {
    case $1 in
    host-a) echo "$net.1" ;;
    host-b) echo "$net.2" ;;
    gateway) echo "$net.3" ;;
    etcd) echo "$net.4" ;;
    esac
}

name_of() {
    echo "$1 ($(ip_of "$1"))"
}

qmp_of() {
    echo "$RUN/$1/qmp/installer.sock"
}

migration_to() {
    echo "tcp:$(ip_of "$1"):4444"
}

start_etcd() {
    local client peer
    client=http://$(ip_of etcd):2379
    peer=http://$(ip_of etcd):2380
    etcd --name demo --data-dir "$RUN/etcd" --listen-client-urls "$client" --advertise-client-urls "$client" \
        --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "demo=$peer" \
        >"$RUN/etcd.log" 2>&1 &
    pids+=($!)
}

# start_host NAME LISTEN
start_host() {
    mkdir -p "$RUN/$1/qmp"
    "$BUILD/holdfastctl" certificate node "$1" --address "$(ip_of "$1")" --out "$RUN/certificates" >/dev/null
    cat >"$RUN/$1.conf" <<TEXT
server {
  listen  = {"$2"}
  control = "$RUN/$1/control.sock"
  state   = "$RUN/$1/holdfast.db"
}
auth { methods = {none} }
discover { qmp = "$RUN/$1/qmp" }
cluster {
  etcd        = {"http://$(ip_of etcd):2379"}
  node        = $1
  advertise   = "$(ip_of "$1"):5999"
  ca          = "$RUN/certificates/ca.crt"
  certificate = "$RUN/certificates/$1.crt"
  key         = "$RUN/certificates/$1.key"
}
TEXT
    start_daemon "$1"
}

# start_daemons PORT: of the gateway; the others listen on addresses of their own.
start_daemons() {
    mkdir -m 700 "$RUN/certificates"
    start_etcd
    start_host host-a "$(ip_of host-a):5900"
    start_host host-b "$(ip_of host-b):5900"
    start_host gateway "127.0.0.1:$1"
}

tell_where() {
    cat <<TEXT

Three nodes of a cluster run here, each at a loopback address of its own. The machine is at host-a, and moves between
host-a and host-b; viewers may connect to any node, and stay connected:
$(ctl node | sed 's/^/  /')
  vncviewer $(ip_of host-a)::5900
  vncviewer $(ip_of host-b)::5900

TEXT
}
