#!/bin/sh
# Puts the language data of Tesseract into the folder given: from Debian's packages, each checked by its SHA-256.
# Where there is no apt nothing is done; `fairwitness` then says which languages it lacks.
set -eu
folder=$1
sums=$(cd "$(dirname "$0")" && pwd)/tessdata.sha256
mkdir -p "$folder"
if (cd "$folder" && sha256sum --status --check "$sums") 2>/dev/null; then
    exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "No apt here: the language data of Tesseract are not installed. See docs/decisions/011-tessdata.md" >&2
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=$(sed -E 's/.* (.*)\.traineddata/tesseract-ocr-\1/' "$sums")
# shellcheck disable=SC2086
if ! (cd "$work" && apt-get download --quiet $packages) >"$work/log" 2>&1; then
    echo "apt-get could not fetch the language data of Tesseract; try: apt-get update" >&2
    exit 0
fi
for package in "$work"/*.deb; do
    dpkg-deb --extract "$package" "$work/out"
done
(cd "$work"/out/usr/share/tesseract-ocr/*/tessdata && sha256sum --quiet --check "$sums")
cp "$work"/out/usr/share/tesseract-ocr/*/tessdata/*.traineddata "$folder/"
