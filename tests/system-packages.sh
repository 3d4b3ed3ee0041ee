#!/bin/sh
# Installs what the tests use and Python packages do not bring: Debian's Chromium, DNS servers to try samples on, and web
# servers to try the published site on.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
missing="" services=""
need() { # a program, its package, and the service that the package brings
  command -v "$1" >/dev/null 2>&1 || { missing="$missing $2" services="$services ${3-}"; }
}
need chromium-headless-shell chromium-headless-shell
need named-checkzone bind9-utils
need named bind9 named
need nsupdate bind9-dnsutils
need dnsmasq dnsmasq-base
need unbound unbound unbound
need nginx nginx-light nginx
need apache2 apache2-bin
[ -n "$missing" ] || exit 0
run=""
if [ "$(id -u)" != 0 ]; then
  if sudo -n true 2>/dev/null; then run="sudo -n"
  elif [ "$missing" = " chromium-headless-shell" ] && command -v chromium >/dev/null 2>&1; then
    exit 0 # The whole Chromium does as well, and takes longer.
  else
    echo "The tests need$missing. Install once with: sudo apt-get install$missing" >&2
    exit 1
  fi
fi
echo "Installing$missing"
# The tests start servers of their own. What the packages bring must neither start now nor at the next boot.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap '$run rm -f $policy' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' | $run tee $policy >/dev/null
  $run chmod 755 $policy
fi
$run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
for service in $services; do
  ! command -v systemctl >/dev/null 2>&1 || $run systemctl --quiet disable "$service" || true
done
