#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# noVNC draws what the daemon sends, in each of its encodings; the reference client's picture is the truth.
set -eu
here=$top_srcdir/tests/novnc
modules=$("$here/modules.sh")
work=$(mktemp -d)

trap 'rm -rf "$work"' EXIT

cat >"$work/config" <<END
server { listen = {"127.0.0.1:0"} control = "$work/control.sock" state = "$work/state.db" }
auth { methods = {none} }
machine pattern { place = "pattern:PATTERN" }
END

daemon=
stop() {
    [ -z "$daemon" ] || { kill "$daemon"; wait "$daemon" || true; }
    daemon=
}
trap 'stop; rm -rf "$work"' EXIT

# start PATTERN: sets $address
start() {
    stop
    sed -i "s/pattern:[^\"]*/pattern:$1/" "$work/config"
    "$top_builddir/holdfastd" -c "$work/config" 2>"$work/log" &
    daemon=$!
    for _ in $(seq 600); do
        grep -q "ready" "$work/log" && break
        kill -0 "$daemon" || { cat "$work/log"; exit 1; }
        sleep 0.1
    done
    address=$(sed -n 's/.*listening on \(127[^ ]*\).*/\1/p' "$work/log")
}

novnc() {
    node "$here/snapshot.mjs" --novnc "$modules/node_modules/@novnc/novnc" \
        --jpeg "$top_builddir/tests/novnc/jpeg_to_ppm" --address "$address" "$@"
    echo "ok: $*"
}

# A picture that stands still is shown exactly, also where it was sent inexactly first.
start 640x400,mode=still
"$top_builddir/tests/client/rfbclient" --screenshot "$work/expected.ppm" "$address" >/dev/null
for encodings in raw copyrect,raw rre hextile zlib zrle tight tightpng,tight \
                 copyrect,zrle,hextile,raw copyrect,tight,zlib tight,continuous; do
    novnc --encodings $encodings --expect "$work/expected.ppm"
done
novnc --encodings tightpng,raw --expect "$work/expected.ppm" --image png
novnc --encodings tight,quality6 --expect "$work/expected.ppm" --image jpeg
novnc --encodings jpeg,raw --expect "$work/expected.ppm" --image jpeg

# Pictures that move: the streams hold over many updates.
for mode in scroll window video; do
    start 640x400,mode=$mode,fps=30
    for encodings in copyrect,hextile zlib copyrect,zrle copyrect,tight,quality6 tightpng tight,continuous; do
        novnc --encodings $encodings --updates 40
    done
done
