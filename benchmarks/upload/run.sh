#!/usr/bin/env bash
# The upload benchmark: what a server holds while it reads an upload more slowly than its client sends it.
#
#   benchmarks/upload/run.sh [contestant ...]
#
# Starts each contestant in turn, uploads a file with curl to a reader of so many MB/s, and prints how much the process
# grew meanwhile: resident memory at its peak, less what it was before. The upload is tried once before, small, so that
# classes are loaded. The heap of the JVMs is touched beforehand, so that what grows is outside of it; that an upload of
# 200 MB passes through a heap of 64 MB at all says the rest. Of the JVMs it says besides what the JVM itself counts
# (native memory tracking), by how much each has grown at most: the compiler's memory, which comes and goes within
# fractions of a second, so that not all of it is seen; all else; and of that the buffers outside of the heap, those that
# the program and Netty make. So many WARM uploads are read at full speed before, and then a whole one at the rate, which
# are not measured. Contestants: gyre, gyre-flow, gyre-flux, vertx, node.
# Needs Linux, curl, and node for the contestant of that name. Settings: MEGABYTES, RATE (MB/s), WARM, PORT, JAVA,
# JAVA_OPTS; BUILD=no takes the classes of the last run.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=benchmarks/servers.sh
source benchmarks/servers.sh

MEGABYTES=${MEGABYTES:-200}
RATE=${RATE:-10}
WARM=${WARM:-0}
PORT=${PORT:-18082}
JAVA_OPTS=${JAVA_OPTS:--Xms64m -Xmx64m -XX:+UseSerialGC -XX:+AlwaysPreTouch}
JCMD=$(dirname "$(readlink -f "$(command -v "$JAVA")")")/jcmd
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
    "$JAVA" $JAVA_OPTS -XX:NativeMemoryTracking=summary -Dwarm="$WARM" -cp "$(class_path_of benchmarks)" $program >"$work/$1.log" 2>&1 &
  fi
  await_server "$1" "$work/$1.log"
}

upload() {
  curl -sS -H "Expect:" -o /dev/null -w '%{time_total}' -T "$work/$1" "http://127.0.0.1:$PORT/upload"
}

# What a category of the JVM, or "Total:", has grown by since the baseline, in KiB.
grown() {
  awk -v key="$1" 'index($0, key " (reserved") || index($0, key) == 1 {
    if (match($0, /committed=[0-9]+KB [+-][0-9]+KB/)) { split(substr($0, RSTART, RLENGTH), part, " "); sum += part[2] }
  } END { print sum + 0 }' "$work/categories"
}

mebibytes() {
  awk -v k="$1" 'BEGIN { printf "%.1f", k / 1024 }'
}

# Uploads, and asks the JVM what it counts whenever the process has become larger; sets the most of either.
upload_watched() {
  local most=0 now arenas
  compiler=0 others=0 buffers=0
  upload upload >"$work/seconds" &
  local client=$!
  while kill -0 "$client" 2>/dev/null; do
    now=$(memory VmRSS)
    if [ "$now" -gt $((most + 256)) ]; then
      most=$now
      "$JCMD" "$server" VM.native_memory summary.diff scale=KB >"$work/categories"
      arenas=$(($(grown 'Arena Chunk') + $(grown Compiler)))
      [ "$arenas" -le "$compiler" ] || compiler=$arenas
      now=$(($(grown Total:) - arenas))
      [ "$now" -le "$others" ] || others=$now
      now=$(grown Other)
      [ "$now" -le "$buffers" ] || buffers=$now
    fi
    sleep 0.1
  done
  wait "$client"
}

measure() {
  start "$1"
  if [ "$WARM" = 0 ]; then
    upload small >/dev/null
  else
    for _ in $(seq "$WARM") last; do upload upload >/dev/null; done
  fi
  local before seconds peak compiler=- others=- buffers=-
  # What is being compiled yet is to be over.
  sleep 3
  [ "$1" = node ] || "$JCMD" "$server" VM.native_memory baseline >/dev/null
  # From here on the peak is the upload's.
  echo 5 >"/proc/$server/clear_refs"
  before=$(memory VmRSS)
  if [ "$1" = node ]; then
    upload upload >"$work/seconds"
  else
    upload_watched
    compiler=$(mebibytes "$compiler") others=$(mebibytes "$others") buffers=$(mebibytes "$buffers")
  fi
  seconds=$(cat "$work/seconds")
  peak=$(memory VmHWM)
  stop_server
  awk -v name="$1" -v b="$before" -v p="$peak" -v c="$compiler" -v a="$others" -v o="$buffers" -v s="$seconds" -v n="$MEGABYTES" 'BEGIN {
    printf "%s %.1f %.1f %.1f %s %s %s %.1f\n", name, b / 1024, p / 1024, (p - b) / 1024, c, a, o, n / s }' \
    | tee -a "$work/results" >&2
}

echo "contestant, MiB before, MiB at the peak, MiB grown, the compiler's, all others', buffers', MB/s" >&2
for contestant in "${contestants[@]}"; do
  measure "$contestant"
done

echo "| server | resident before, MiB | at the peak | growth | the compiler's | all else | buffers | MB/s |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
sed 's/^/| /; s/ / | /2g; s/$/ |/' "$work/results"
