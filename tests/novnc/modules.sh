#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs noVNC into the build folder, once for each lock file, and prints the folder.
set -eu
here=$top_srcdir/tests/novnc
modules=$top_builddir/tests/novnc/modules

for tool in node npm flock; do
    command -v $tool >/dev/null || { echo "$tool is missing (Debian: apt install nodejs npm util-linux)" >&2; exit 1; }
done
mkdir -p "$modules"
exec 9>"$modules/lock"
flock 9
if ! cmp -s "$here/package-lock.json" "$modules/installed"; then
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$modules/"
    (cd "$modules" && npm ci --omit=dev --no-audit --no-fund --ignore-scripts) >&2
    cp "$here/package-lock.json" "$modules/installed"
fi
echo "$modules"
