# shellcheck shell=bash
# What the benchmarks of servers share: the build, one server process at a time, and what it costs. To be sourced, from
# the root of the project.

JAVA=${JAVA:-java}
work=$(mktemp -d)

# The process that is measured; empty if there is none.
server=

stop_server() {
  [ -n "$server" ] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

# A script that starts more than the server adds a function `stop_others`.
cleanup() {
  stop_server
  if declare -F stop_others >/dev/null; then stop_others; fi
  rm -rf "$work"
}
trap cleanup EXIT

# Compiles modules and what they need, unless BUILD is no. A second argument names further profiles, with a comma before.
build() {
  [ "${BUILD:-yes}" = yes ] || return 0
  echo "building ..." >&2
  mvn -q -B -ntp test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath.txt \
    -Dmdep.includeScope=runtime -Dgates.skip=true -Dtests.skip=true "-Pbenchmarks${2:-}" -pl "$1" -am >&2
}

# The class path of a module that was built.
class_path_of() {
  echo "$1/target/classes:$(cat "$1/target/classpath.txt")"
}

unknown_contestant() {
  echo "unknown contestant: $1" >&2
  exit 2
}

# Waits until the process that was started last accepts connections; shows its log if it ends before.
await_server() {
  local name=$1 log=$2
  server=$!
  for _ in $(seq 300); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then return; fi
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
  done
  echo "$name did not start:" >&2
  cat "$log" >&2
  exit 1
}

# User and system clock ticks of the server so far, all threads.
ticks() {
  sed 's/.*) //' "/proc/$server/stat" | cut -d' ' -f12,13
}

# A line of the server's status in KiB, such as VmRSS.
memory() {
  awk -v key="$1:" '$1 == key { print $2 }' "/proc/$server/status"
}

# Drives a path with wrk from core 1 for so many seconds.
drive() {
  taskset -c 1 wrk -t1 -c"$CONNECTIONS" -d"$2s" "http://127.0.0.1:$PORT$1"
}

# Drives a path by time and by requests, since a busy machine compiles as slowly as it serves.
warm_up() {
  local seconds=0 requests=0 slice=4
  while [ "$seconds" -lt "$WARMUP" ] || { [ "$requests" -lt "$WARM_REQUESTS" ] && [ "$seconds" -lt "$MAX_WARMUP" ]; }; do
    requests=$((requests + $(drive "$1" "$slice" | awk '/requests in/ {print $1}')))
    seconds=$((seconds + slice))
  done
}

# Stops the benchmark if wrk's report tells of requests that failed.
check_report() {
  if grep -qE 'Socket errors|Non-2xx' <<<"$2"; then
    echo "$1 failed requests:" >&2
    echo "$2" >&2
    exit 1
  fi
}
