# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
# What ./demo and ./check share: the packages of Debian 12 that each needs, and the build. Sourced by both.

BUILD_PACKAGES=(
    build-essential autoconf automake pkg-config
    libvncserver-dev libturbojpeg0-dev libisal-dev zlib1g-dev libpng-dev
    libgnutls28-dev nettle-dev libsystemd-dev libjansson-dev libmicrohttpd-dev
    libcurl4-gnutls-dev libxkbcommon-dev libsqlite3-dev libconfuse-dev libcmocka-dev xkb-data libpam0g-dev
    libpango1.0-dev libcairo2-dev fonts-dejavu-core
)
QEMU_PACKAGES=(qemu-system-x86 qemu-system-common seabios)
DEMO_PACKAGES=("${QEMU_PACKAGES[@]}" debian-installer-12-netboot-amd64 jq)
HOSTS_PACKAGES=(etcd-server)
CHECK_PACKAGES=(
    "${DEMO_PACKAGES[@]}" "${HOSTS_PACKAGES[@]}" clang libclang-rt-14-dev mandoc shellcheck
    xvfb xauth x11-utils x11-apps xdotool imagemagick
    tigervnc-viewer xtightvncviewer gvncviewer vncsnapshot
    tigervnc-standalone-server openssl systemd etcd-client iproute2
)
LONG_PACKAGES=(
    debootstrap remmina remmina-plugin-vnc krdc
    libneatvnc-dev libaml-dev libpixman-1-dev libx11-dev libxext-dev
)
# Programs that a machine may have from elsewhere; installed from Debian only where they are missing.
CHECK_COMMANDS=(node:nodejs npm:npm)

say() {
    printf '== %s\n' "$*"
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

missing_commands() {
    local pair
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair##*:}"
    done
}

# install_packages PACKAGE...: what is not there yet; needs root only then.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || die "packages are missing; as root: apt-get install --no-install-recommends ${missing[*]}"
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >/dev/null || die "apt-get update failed"
    apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null || die "apt-get install failed"
}

install_commands() {
    local missing
    mapfile -t missing < <(missing_commands "$@")
    install_packages "${missing[@]}"
}

# build_in DIR CONFIGURE-ARGUMENT...: configures (once) and builds outside the sources.
build_in() {
    local dir=$1
    shift
    [ -x "$SOURCE/configure" ] || (cd "$SOURCE" && autoreconf -fi >/dev/null 2>&1) || die "autoreconf failed"
    mkdir -p "$dir"
    (
        cd "$dir" || exit 1
        if [ ! -f config.status ]; then
            "$SOURCE/configure" -q "$@" || exit 1
        fi
        make -s -j"$(nproc)" >/dev/null
    ) || die "the build in $dir failed"
}
