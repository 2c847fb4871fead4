#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Dependencies run one way. Fails when a source file includes a header that is not its folder's to know, or includes a
# header of the project by another name than its path from the top.
cd "${top_srcdir:-.}" || exit 1
failed=0

# folder: the folders whose headers its files may include (after their own)
layers='
base:
framebuffer: base
input: base
rfb: base framebuffer input
auth: base framebuffer input rfb
server: base framebuffer input rfb auth
tests/client:
'

# folder: system headers (as extended regular expressions) that its files may not include
forbidden='
base: systemd/
framebuffer: systemd/
input: systemd/
rfb: systemd/ sys/(socket|un)\.h net(inet|db)?[/.] arpa/
'

# Prints "file:line path kind" for every #include below folder $1; kind is " or <.
includes_of() {
    grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' "$1" |
        sed -E 's/^([^:]*:[0-9]+):[^"<]*(["<])([^">]*).*/\1 \3 \2/'
}

complain() {
    echo "$1" >&2
    failed=1
}

# Whether path $1 lies below one of the folders $2...
below() {
    header=$1
    shift
    for top in "$@"; do
        case $header in "$top"/*) return 0 ;; esac
    done
    return 1
}

# The angle brackets of a header that the project has are as good as quotes, config.h excepted.
is_ours() {
    [ "$2" = '"' ] || { [ "$1" != config.h ] && [ -f "$1" ]; }
}

check_layer() {
    folder=$1
    allowed=$2
    count=0
    while read -r where path kind; do
        [ -n "$path" ] || continue
        count=$((count + 1))
        # shellcheck disable=SC2086 # a list of words
        if is_ours "$path" "$kind" && ! below "$path" "$folder" $allowed; then
            complain "$where: $path: files of $folder may include headers of $folder$allowed only"
        fi
    done <<LIST
$(includes_of "$folder")
LIST
    [ "$count" -gt 0 ] || complain "$folder: no include was found; is the list of folders out of date?"
}

check_forbidden() {
    folder=$1
    for expression in $2; do
        found=$(includes_of "$folder" | grep -E " $expression.* <\$")
        [ -z "$found" ] || complain "not for files of $folder:
$found"
    done
}

check_table() {
    while IFS=: read -r folder list; do
        [ -z "$folder" ] || "$2" "$folder" "$list"
    done <<TABLE
$1
TABLE
}

check_table "$layers" check_layer
check_table "$forbidden" check_forbidden
exit $failed
