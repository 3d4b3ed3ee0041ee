#!/bin/sh
# Installs what the tests use and Python packages do not bring: Debian's Chromium and BIND's zone checker.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v named-checkzone >/dev/null 2>&1 || missing="$missing bind9-utils"
[ -n "$missing" ] || exit 0
run=""
if [ "$(id -u)" != 0 ]; then
  if sudo -n true 2>/dev/null; then run="sudo -n"; else
    echo "The tests need$missing. Install once with: sudo apt-get install$missing" >&2
    exit 1
  fi
fi
echo "Installing$missing"
$run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
