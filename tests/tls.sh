#!/usr/bin/env bash
# What another implementation of TLS finds at the port of webhooks. Needs openssl and curl.
# usage: tests/tls.sh BELLPULL
set -euo pipefail
bellpull=$(realpath "$1")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
served=
trap '[ -z "$served" ] || kill "$served"; rm -rf "$work"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
: >"$work/log"
"$bellpull" serve --manifests examples/quickstart --cache-dir "$work/cache" --drain-delay 0s \
  --receiver-addr 127.0.0.1:0 --health-addr 127.0.0.1:0 --metrics-addr 127.0.0.1:0 \
  --tls-cert "$work/tls.crt" --tls-key "$work/tls.key" >"$work/out" 2>"$work/log" &
served=$!
address() { sed -n "s/.*flag=\"--$1-addr\" address=//p" "$work/log"; }
until [ -n "$(address health)" ] && curl --silent --fail --output /dev/null "http://$(address health)/readyz"; do
  kill -0 "$served" || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
done
to=$(address receiver)

failed=0
# expect NAME WHAT PATTERN: the text WHAT has, or with `!` has not, PATTERN.
expect() {
  local name=$1 text=$2 pattern=$3 found=yes wanted=yes
  case $pattern in '!'*) wanted=no pattern=${pattern#!} ;; esac
  grep -qE -- "$pattern" <<<"$text" || found=no
  if [ "$found" = "$wanted" ]; then
    echo "ok      $name"
  else
    echo "FAILED  $name: $text" | head -20
    failed=1
  fi
}
client() { openssl s_client -connect "$to" -servername localhost "$@" 2>&1 </dev/null || true; }
weak='ALL:eNULL:@SECLEVEL=0'

expect "TLS 1.3 is spoken" "$(client -tls1_3)" "New, TLSv1.3, Cipher is TLS_"
expect "TLS 1.2 is spoken" "$(client -tls1_2)" "New, TLSv1.2, Cipher is ECDHE-"
for version in tls1_1 tls1; do
  expect "$version is refused" "$(client -$version -cipher "$weak")" "Cipher is \(NONE\)"
done
for cipher in eNULL aNULL RC4 3DES CBC kRSA AES128-SHA ECDHE-ECDSA-AES128-SHA256; do
  expect "$cipher is refused" "$(client -tls1_2 -cipher "$cipher:@SECLEVEL=0")" "!Cipher is (EC|AES|DES|RC|NULL)"
done
expect "nothing is compressed" "$(client -tls1_2 -comp)" "Compression: NONE"
expect "HTTP/2 is agreed upon" "$(client -alpn h2,http/1.1)" "ALPN protocol: h2"
expect "HTTP/1.1 is agreed upon" "$(client -alpn http/1.1)" "ALPN protocol: http/1.1"
expect "an unknown protocol is refused" "$(client -alpn spdy/3)" "no application protocol"
# After `R` the client asks for another handshake.
renegotiated=$( (sleep 1; echo R; sleep 2) | timeout 20 openssl s_client -connect "$to" -tls1_2 2>&1 || true)
expect "renegotiation is asked for" "$renegotiated" "RENEGOTIATING"
expect "no second handshake is made" "${renegotiated#*RENEGOTIATING}" "error:|alert"
answer=$(curl --silent --include --cacert "$work/tls.crt" "https://localhost:${to##*:}/readyz")
expect "a probe is answered" "$answer" "200"
expect "HSTS is left to whoever owns the name" "$answer" "!trict-[Tt]ransport-[Ss]ecurity"
exit $failed
