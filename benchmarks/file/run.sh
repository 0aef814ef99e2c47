#!/usr/bin/env bash
# The file benchmark: what a GiB of files costs each server on one core on its way to a socket.
#
#   benchmarks/file/run.sh [contestant ...]
#
# Starts each contestant in turn on core 0, fetches one file over and over from core 1 on one connection, and prints the
# processor time per GiB that the server used while it was warm, all its threads together. The file is in the system's
# memory. Rounds alternate between contestants; the table shows each one's best round, since noise of the machine only
# ever adds. Then the same servers get a reader that takes 64 KiB a second, and the table says by how much the memory of
# the process has grown. Needs Linux, two cores, curl, and node for the contestant of that name. Settings: ROUNDS,
# FILE_MIB, WARM_FETCHES and FETCHES, PORT, JAVA, JAVA_OPTS; BUILD=no takes the classes of the last run, MEMORY=no
# leaves the slow reader out, ROUNDS=0 everything else.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=benchmarks/servers.sh
source benchmarks/servers.sh

ROUNDS=${ROUNDS:-2}
FILE_MIB=${FILE_MIB:-256}
WARM_FETCHES=${WARM_FETCHES:-64}
FETCHES=${FETCHES:-32}
PORT=${PORT:-18081}
JAVA_OPTS=${JAVA_OPTS:--Xms256m -Xmx256m -XX:+UseSerialGC}
ALL=(gyre-pipe gyre-passthrough gyre-peek gyre-inplace gyre-transform netty-region netty-chunked netty-chunked64k vertx-sendFile vertx-pipeTo node)

contestants=("$@")
[ ${#contestants[@]} -gt 0 ] || contestants=("${ALL[@]}")

build benchmarks

file=$work/file
head -c "${FILE_MIB}M" /dev/urandom >"$file"
sum=$(sha256sum <"$file")

start() {
  if [ "$1" = node ]; then
    taskset -c 0 node benchmarks/file/node-server.js "$PORT" "$file" >"$work/$1.log" 2>&1 &
  else
    local main
    case "$1" in
      gyre-*) main=GyreFileServer ;;
      netty-*) main=NettyFileServer ;;
      vertx-*) main=VertxFileServer ;;
      *) unknown_contestant "$1" ;;
    esac
    # shellcheck disable=SC2086
    taskset -c 0 "$JAVA" $JAVA_OPTS -cp "$(class_path_of benchmarks)" \
      io.gyre.benchmarks.file.$main "$PORT" "$file" "${1#*-}" >"$work/$1.log" 2>&1 &
  fi
  await_server "$1" "$work/$1.log"
}

# Fetches the file so many times, on one connection.
fetch() {
  taskset -c 1 curl -sS -f --no-progress-meter -o /dev/null "http://127.0.0.1:$PORT/[1-$1]"
}

check() {
  if [ "$(curl -sS -f "http://127.0.0.1:$PORT/" | sha256sum)" != "$sum" ]; then
    echo "$1 did not send the file" >&2
    exit 1
  fi
}

measure() {
  start "$1"
  check "$1"
  fetch "$WARM_FETCHES"
  local before after from to
  before=$(ticks)
  from=$(date +%s.%N)
  fetch "$FETCHES"
  to=$(date +%s.%N)
  after=$(ticks)
  stop_server
  awk -v name="$1" -v b="$before" -v a="$after" -v mib="$((FILE_MIB * FETCHES))" -v s="$from" -v e="$to" \
    -v hz="$(getconf CLK_TCK)" 'BEGIN {
    split(b, x, " "); split(a, y, " "); gib = mib / 1024
    user = (y[1] - x[1]) / hz / gib; system_ = (y[2] - x[2]) / hz / gib
    printf "%s %.3f %.3f %.3f %.2f\n", name, user, system_, user + system_, gib / (e - s)
  }' | tee -a "$work/results" >&2
}

measure_slow_reader() {
  start "$1"
  fetch 4
  sleep 2
  local idle most=0 now
  idle=$(memory VmRSS)
  curl -sS --limit-rate 64K -o /dev/null "http://127.0.0.1:$PORT/" 2>/dev/null &
  local reader=$!
  for _ in $(seq 20); do
    sleep 0.5
    now=$(memory VmRSS)
    [ "$now" -le "$most" ] || most=$now
  done
  kill "$reader"
  wait "$reader" 2>/dev/null || true
  stop_server
  awk -v name="$1" -v i="$idle" -v m="$most" 'BEGIN { printf "%s %.1f %.1f\n", name, i / 1024, (m - i) / 1024 }' \
    | tee -a "$work/memory" >&2
}

for round in $(seq "$ROUNDS"); do
  echo "round $round: contestant, user, system, total CPU s per GiB, GiB/s" >&2
  for contestant in "${contestants[@]}"; do
    measure "$contestant"
  done
done

if [ "$ROUNDS" -gt 0 ]; then
  echo "| server | user | system | CPU s per GiB | GiB/s |"
  echo "| --- | ---: | ---: | ---: | ---: |"
  for contestant in "${contestants[@]}"; do
    grep "^$contestant " "$work/results" | sort -g -k4 | head -1
  done | sed 's/^/| /; s/ / | /2g; s/$/ |/'
fi

[ "${MEMORY:-yes}" = yes ] || exit 0
echo "a slow reader: contestant, MiB of the idle process, MiB more with the reader" >&2
for contestant in "${contestants[@]}"; do
  measure_slow_reader "$contestant"
done
echo
echo "| server | idle, MiB | with a slow reader, MiB more |"
echo "| --- | ---: | ---: |"
sed 's/^/| /; s/ / | /2g; s/$/ |/' "$work/memory"
