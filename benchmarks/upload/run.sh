#!/usr/bin/env bash
# The upload benchmark: what a warm server holds more while it reads an upload more slowly than its client sends it.
#
#   benchmarks/upload/run.sh [contestant ...]
#
# Starts each contestant in turn and warms it up: uploads that are read at full speed, and one that is read at the rate, in
# turn, until less than 2 % of the processor time that the server used in such a window is compilation, twice in a row,
# or WARM windows are over. Then it uploads a file with curl to a reader of so many MB/s, and prints how much the process
# grew meanwhile: resident memory at its peak, less what it was before. The heap of the JVMs is touched beforehand, so that
# what grows is outside of it; that an upload of 200 MB passes through a heap of 64 MB at all says the rest. Of the JVMs
# it says besides what the JVM itself counts (native memory tracking), by how much each has grown at most: the compiler's
# memory, which comes and goes within fractions of a second, so that not all of it is seen; all else; and of that the
# buffers outside of the heap, those that the program and Netty make. Contestants: gyre, gyre-flow, gyre-flux, vertx, node,
# which has as many windows to warm up as the least of the others.
# Needs Linux, curl, and node for the contestant of that name. Settings: ROUNDS, MEGABYTES, RATE (MB/s), WARM (most
# windows; 0 for a small upload and no more), FAST (uploads of a window at full speed), PORT, JAVA, JAVA_OPTS; RESULTS (a
# file that keeps the rounds, and those of earlier runs); BUILD=no takes the classes of the last run.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=benchmarks/servers.sh
source benchmarks/servers.sh

ROUNDS=${ROUNDS:-3}
MEGABYTES=${MEGABYTES:-200}
RATE=${RATE:-10}
WARM=${WARM:-20}
FAST=${FAST:-8}
PORT=${PORT:-18082}
JAVA_OPTS=${JAVA_OPTS:--Xms64m -Xmx64m -XX:+UseSerialGC -XX:+AlwaysPreTouch}
RESULTS=${RESULTS:-$work/results}
JCMD=$(dirname "$(readlink -f "$(command -v "$JAVA")")")/jcmd
ALL=(gyre gyre-flow gyre-flux vertx node)

contestants=("$@")
[ ${#contestants[@]} -gt 0 ] || contestants=("${ALL[@]}")

build benchmarks

head -c "$MEGABYTES"000000 /dev/urandom >"$work/upload"
head -c 2000000 "$work/upload" >"$work/small"
head -c $((RATE * 4))000000 "$work/upload" >"$work/warm"

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
    "$JAVA" $JAVA_OPTS -XX:NativeMemoryTracking=summary -cp "$(class_path_of benchmarks)" $program >"$work/$1.log" 2>&1 &
  fi
  await_server "$1" "$work/$1.log"
}

# Uploads a file to a path; prints the seconds.
upload() {
  curl -sS -H "Expect:" -o /dev/null -w '%{time_total}\n' -T "$work/$1" "http://127.0.0.1:$PORT/$2"
}

# Clock ticks so far: of the server in all, and of its threads that compile.
all_ticks() {
  ticks | awk '{ print $1 + $2 }'
  { cat "/proc/$server"/task/*/stat 2>/dev/null || true; } |
    awk '/\(C[12] Compiler/ { sub(/.*\) /, ""); n += $12 + $13 } END { print n + 0 }'
}

warm_up_server() {
  if [ "$WARM" = 0 ]; then
    upload small slow >/dev/null
    return
  fi
  local window before after all compiling quiet=0
  for window in $(seq "$WARM"); do
    before=$(all_ticks)
    for _ in $(seq "$FAST"); do upload upload fast >/dev/null; done
    upload warm slow >/dev/null
    after=$(all_ticks)
    read -r all compiling < <(awk -v b="$(tr '\n' ' ' <<<"$before")" -v a="$(tr '\n' ' ' <<<"$after")" 'BEGIN {
      split(b, x, " "); split(a, y, " "); print y[1] - x[1], y[2] - x[2] }')
    if [ "$1" = node ]; then
      # Nothing tells when its compiler is quiet.
      [ "$window" -lt "${fewest:-8}" ] || break
      continue
    fi
    echo "  warm-up of $1: $((100 * compiling / (all + 1))) % compilation" >&2
    quiet=$((50 * compiling < all ? quiet + 1 : 0))
    if [ "$quiet" -ge 2 ]; then break; fi
  done
  if [ "$1" != node ] && [ "$window" -lt "${fewest:-$((WARM + 1))}" ]; then fewest=$window; fi
  windows=$window
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
  upload upload slow >"$work/seconds" &
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
  local windows=0
  warm_up_server "$1"
  local before seconds peak compiler=- others=- buffers=-
  # What is being compiled yet is to be over.
  sleep 3
  if [ "$1" != node ]; then
    # The first question costs the JVM some memory of its own.
    "$JCMD" "$server" VM.native_memory baseline >/dev/null
    "$JCMD" "$server" VM.native_memory summary.diff scale=KB >/dev/null
  fi
  # From here on the peak is the upload's.
  echo 5 >"/proc/$server/clear_refs"
  before=$(memory VmRSS)
  if [ "$1" = node ]; then
    upload upload slow >"$work/seconds"
  else
    upload_watched
    compiler=$(mebibytes "$compiler") others=$(mebibytes "$others") buffers=$(mebibytes "$buffers")
  fi
  seconds=$(cat "$work/seconds")
  peak=$(memory VmHWM)
  stop_server
  awk -v name="$1" -v w="$windows" -v b="$before" -v p="$peak" -v c="$compiler" -v a="$others" -v o="$buffers" \
    -v s="$seconds" -v n="$MEGABYTES" 'BEGIN {
    printf "%s %d %.1f %.1f %.1f %s %s %s %.1f\n", name, w, b / 1024, p / 1024, (p - b) / 1024, c, a, o, n / s }' \
    | tee -a "$RESULTS" >&2
}

for round in $(seq "$ROUNDS"); do
  echo "round $round: contestant, windows of warm-up, MiB before, at the peak, grown, the compiler's, all others'," \
    "buffers', MB/s" >&2
  for contestant in "${contestants[@]}"; do
    measure "$contestant"
  done
done

# The rounds of a column of a contestant, with commas.
rounds_of() {
  awk -v name="$1" -v column="$2" '$1 == name { printf "%s%s", n++ ? ", " : "", $column }' "$RESULTS"
}

echo "| server | resident before, MiB | growth | the compiler's | all else | buffers | windows of warm-up | MB/s |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
for contestant in $(cut -d' ' -f1 "$RESULTS" | awk '!seen[$0]++'); do
  echo "| $contestant | $(rounds_of "$contestant" 3) | $(rounds_of "$contestant" 5) | $(rounds_of "$contestant" 6) |" \
    "$(rounds_of "$contestant" 7) | $(rounds_of "$contestant" 8) | $(rounds_of "$contestant" 2) |" \
    "$(rounds_of "$contestant" 9) |"
done
