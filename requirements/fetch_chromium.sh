#!/bin/sh
# Sees to it that the tests of the reading room find a browser: Chromium of Debian, and a Chinese font for pictures.
# Where it cannot be installed, those tests are skipped and say so.
set -eu
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "No Chromium here: the tests that need a browser are skipped. Install it with: apt-get install chromium" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update --quiet && apt-get install --quiet --yes --no-install-recommends chromium fonts-noto-cjk; } >"$log" 2>&1; then
    echo "apt-get could not install Chromium: the tests that need a browser are skipped." >&2
fi
