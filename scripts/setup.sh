#!/bin/sh
# Installs what is missing, and says so: the npm packages of the lock file (Node 24 itself is one of them), and with
# --tests the Debian packages that the interop tests drive (as root only; elsewhere those tests are skipped by name).
set -eu
cd "$(dirname "$0")/.."

stamp=node_modules/.setup-stamp
if ! { [ -x node_modules/.bin/node ] && cmp -s package-lock.json "$stamp"; }; then
  echo "valija: installing the packages of package-lock.json (Node 24 is among them) …" >&2
  npm ci --loglevel=error --no-audit --no-fund >&2
  cp package-lock.json "$stamp"
fi

[ "${1-}" = "--tests" ] || exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0

missing=
for package in $(grep -v '^#' test/interop/packages.txt); do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "valija: installing Debian packages for the interop tests:$missing …" >&2
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
# No service may start because it was installed: the tests start their own, on their own ports.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
# shellcheck disable=SC2086
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
  echo "valija: apt-get could not install all of them; the tests that need them will say so. Its last lines:" >&2
  tail -n 5 "$log" >&2
fi
rm -f "$log"
