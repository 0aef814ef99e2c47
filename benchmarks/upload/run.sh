#!/usr/bin/env bash
# The upload benchmark: what a server holds while it reads an upload more slowly than its client sends it.
#
#   benchmarks/upload/run.sh [contestant ...]
#
# Starts each contestant in turn, uploads a file with curl to a reader of so many MB/s, and prints how much the process
# grew meanwhile: resident memory at its peak, less what it was before. The upload is tried once before, small, so that
# classes are loaded. The heap of the JVMs is touched beforehand, so that what grows is outside of it; that an upload of
# 200 MB passes through a heap of 64 MB at all says the rest. Contestants: gyre, gyre-flow, gyre-flux, vertx, node.
# Needs Linux, curl, and node for the contestant of that name. Settings: MEGABYTES, RATE (MB/s), PORT, JAVA, JAVA_OPTS;
# BUILD=no takes the classes of the last run.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=benchmarks/servers.sh
source benchmarks/servers.sh

MEGABYTES=${MEGABYTES:-200}
RATE=${RATE:-10}
PORT=${PORT:-18082}
JAVA_OPTS=${JAVA_OPTS:--Xms64m -Xmx64m -XX:+UseSerialGC -XX:+AlwaysPreTouch}
ALL=(gyre gyre-flow gyre-flux vertx node)

contestants=("$@")
[ ${#contestants[@]} -gt 0 ] || contestants=("${ALL[@]}")

build benchmarks

head -c "$MEGABYTES"000000 /dev/urandom >"$work/upload"
head -c 2000000 "$work/upload" >"$work/small"

start() {
  local program=io.gyre.benchmarks.upload
  case "$1" in
    gyre) program="$program.GyreUpload $PORT $RATE core" ;;
    gyre-flow) program="$program.GyreFlowUpload $PORT $RATE" ;;
    gyre-flux) program="$program.GyreUpload $PORT $RATE flux" ;;
    vertx) program="$program.VertxUpload $PORT $RATE" ;;
    node) program= ;;
    *) unknown_contestant "$1" ;;
  esac
  if [ -z "$program" ]; then
    node benchmarks/upload/node-server.js "$PORT" "$RATE" >"$work/$1.log" 2>&1 &
  else
    # shellcheck disable=SC2086
    "$JAVA" $JAVA_OPTS -cp "$(class_path_of benchmarks)" $program >"$work/$1.log" 2>&1 &
  fi
  await_server "$1" "$work/$1.log"
}

upload() {
  curl -sS -H "Expect:" -o /dev/null -w '%{time_total}' -T "$work/$1" "http://127.0.0.1:$PORT/upload"
}

measure() {
  start "$1"
  upload small >/dev/null
  # From here on the peak is the upload's.
  echo 5 >"/proc/$server/clear_refs"
  local before seconds peak
  before=$(memory VmRSS)
  seconds=$(upload upload)
  peak=$(memory VmHWM)
  stop_server
  awk -v name="$1" -v b="$before" -v p="$peak" -v s="$seconds" -v n="$MEGABYTES" 'BEGIN {
    printf "%s %.1f %.1f %.1f %.1f\n", name, b / 1024, p / 1024, (p - b) / 1024, n / s }' | tee -a "$work/results" >&2
}

echo "contestant, MiB before, MiB at the peak, MiB grown, MB/s" >&2
for contestant in "${contestants[@]}"; do
  measure "$contestant"
done

echo "| server | resident before | at the peak | growth | MB/s |"
echo "| --- | ---: | ---: | ---: | ---: |"
awk '{ printf "| %s | %s MiB | %s MiB | %s MiB | %s |\n", $1, $2, $3, $4, $5 }' "$work/results"
