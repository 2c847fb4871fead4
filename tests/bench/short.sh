#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: short.sh BUILD. Builds all benchmarks in that folder and runs each once, as short as it can be: what they say
# means nothing then, but they run to their end and print what they should. Those of servers whose
# libraries are not there are left out, and that is said.
set -euo pipefail
cd "$1"

make -s tests/bench/{encoders,peer_libvncserver,record,compare,floor,fanout,tls,latency,qemu,idle,load,relay} \
    tests/bench/{peers,peer_libvncserver_live} tests/guest/guest.elf holdfastd
make -s -k tests/bench/{peer_neatvnc,peer_xvnc} 2>/dev/null || echo "some of neatvnc and Xvnc could not be built"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/short-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# run PROGRAM [ARGUMENT...]: its help, its table and its JSON, which must be whole.
run() {
    local program=tests/bench/$1 start=$SECONDS
    shift
    "$program" --help >"$scratch/help"
    grep -q . "$scratch/help"
    "$program" "$@" --json >"$scratch/json"
    jq -e . "$scratch/json" >/dev/null
    printf '%s %s: %d s\n' "$program" "$*" $((SECONDS - start))
}

run compare --runs 1
run floor --runs 1 --seconds 1 --viewers 1,4
run encoders --content dialogs --frames 3 --runs 1 --peer tests/bench/peer_libvncserver
for part in scaling mixed memory; do
    run fanout --only "$part" --runs 1 --seconds 1 --viewers 1,4 --scene scroll
done
run fanout --only age --runs 1 --seconds 1
run tls --runs 1 --seconds 1 --viewers 4 --scene type
run latency --seconds 1 --viewers 1
run idle --machines 50 --seconds 1
for guest in text virtio-type; do
    run qemu --runs 1 --seconds 1 --viewers 2 --class tight --scene $guest
done
run peers --runs 1 --seconds 1 --viewers 2 --class zrle --scene dialogs
tests/bench/record --scene guest-text "$scratch"
run encoders --class tight --runs 1 "$scratch/guest-text.clip"
run peers --runs 1 --seconds 1 --viewers 2 --class tight "$scratch/guest-text.clip"
if command -v etcd >/dev/null; then
    make -s tests/bench/{cluster_store,gateway}
    run cluster_store --only writes --nodes 4 --runs 1 --seconds 1
    run cluster_store --only leases --nodes 4 --machines 10 --runs 1 --seconds 1
    run cluster_store --only watch --watchers 4 --runs 1 --seconds 1
    run cluster_store --only start --machines 1000 --runs 1
    run cluster_store --only missed --machines 200
    run cluster_store --only outage --nodes 4 --away 1
    run cluster_store --only steady --nodes 20 --seconds 1
    run cluster_store --only size --machines 1000
    run cluster_store --only daemon --machines 200 --seconds 1
    run gateway --only cpu --runs 1 --seconds 1 --viewers 4 --class tight --scene type
    run gateway --only latency --seconds 1 --scene type
    run gateway --only join
else
    echo "etcd is not here: nothing of several hosts is run"
fi
tests/bench/load --help >/dev/null
tests/bench/relay --help >/dev/null
