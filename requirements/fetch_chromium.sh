#!/bin/sh
# Sees to it that the tests of the reading room find a browser (Chromium of Debian, and a Chinese font for pictures), and
# those of seals the program age. Where they cannot be installed, those tests are skipped and say so.
set -eu
wanted=""
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
    wanted="chromium fonts-noto-cjk"
fi
if ! command -v age >/dev/null; then
    wanted="$wanted age"
fi
if [ -z "$wanted" ]; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not here: $wanted. The tests that need them are skipped. Install them with: apt-get install $wanted" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086  the words are package names
if ! { apt-get update --quiet && apt-get install --quiet --yes --no-install-recommends $wanted; } >"$log" 2>&1; then
    echo "apt-get could not install: $wanted. The tests that need them are skipped." >&2
fi
