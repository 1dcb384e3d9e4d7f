#!/bin/sh
# sh install-packages.sh PACKAGE...    as root: installs Debian packages, without starting a web server on the way.
#
# nginx-light starts a public server on port 80, now and at every boot. Hone needs the program only: while packages are installed, a
# policy keeps the service nginx from starting, and a service that was not there before is taken out of the boot.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

policy=/usr/sbin/policy-rc.d
rule='#!/bin/sh
# Put here while Hone installs nginx, and removed afterwards.
case " $* " in *" nginx "* | *" nginx.service "*) exit 101 ;; esac
exit 0'

nginx_was_there=no
if command -v nginx >/dev/null; then nginx_was_there=yes; fi

trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# noclobber: a policy of the machine's own stays, and decides. One like this was left by an installation that was killed.
if (set -C && printf '%s\n' "$rule" >"$policy") 2>/dev/null || [ "$(cat "$policy" 2>/dev/null)" = "$rule" ]; then
  trap 'rm -f "$policy"' EXIT
  chmod 755 "$policy"
fi

apt-get update --quiet
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$@"

if [ "$nginx_was_there" = no ] && [ -e /etc/init.d/nginx ]; then
  update-rc.d nginx disable # systemd's unit too
fi
