#!/usr/bin/env bash
# What a request costs a WebFlux service on Gyre's loop and on Reactor Netty's, on one core.
#
#   benchmarks/http/spring/run.sh [line ...]
#
# Starts the same service on either in turn, on core 0, drives each line (a path of it) with wrk from core 1, and prints
# the processor time per million requests that the service used while it was warm. The table shows the best of the
# rounds. The rows come out of PostgreSQL where Debian's package is installed, on core 1 too, else out of H2 in memory.
# Needs Linux, two cores and wrk. Settings: ROUNDS, WARMUP and DURATION (seconds), WARM_REQUESTS, CONNECTIONS, PORT, JAVA,
# JAVA_OPTS; BUILD=no takes the classes of the last run.
set -euo pipefail
cd "$(dirname "$0")/../../.."

ROUNDS=${ROUNDS:-2}
WARMUP=${WARMUP:-8}
WARM_REQUESTS=${WARM_REQUESTS:-300000}
DURATION=${DURATION:-5}
CONNECTIONS=${CONNECTIONS:-64}
PORT=${PORT:-18080}
JAVA=${JAVA:-java}
JAVA_OPTS=${JAVA_OPTS:--Xms512m -Xmx512m -XX:+UseSerialGC}
ALL=(plaintext/mono plaintext/kotlin-mono plaintext/suspend plaintext/co-router json/mono json/suspend row/mono
  row/suspend)

lines=("$@")
[ ${#lines[@]} -gt 0 ] || lines=("${ALL[@]}")

work=$(mktemp -d)
server=
postgres=
cleanup() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$postgres" ] || "${as[@]}" "$postgres/pg_ctl" -D "$work/data" -m immediate -w stop >&2 || true
  rm -rf "$work"
}
trap cleanup EXIT

if [ "${BUILD:-yes}" = yes ]; then
  echo "building ..." >&2
  mvn -q -B -ntp test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath.txt \
    -Dmdep.includeScope=runtime -Dgates.skip=true -Dtests.skip=true -Pbenchmarks \
    -pl benchmarks/http/spring -am >&2
fi
module=benchmarks/http/spring
class_path="$module/target/classes:$(cat $module/target/classpath.txt)"

# PostgreSQL refuses to run as root.
as=()
database=()
if postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1) && [ -n "$postgres" ]; then
  if [ "$(id -u)" = 0 ]; then
    as=(runuser -u postgres --)
    chown postgres "$work"
  fi
  chmod 755 "$work"
  "${as[@]}" "$postgres/initdb" -D "$work/data" -U gyre -A trust --no-sync >"$work/initdb.log"
  "${as[@]}" taskset -c 1 "$postgres/pg_ctl" -D "$work/data" -l "$work/data/log" -w \
    -o "-p $((PORT + 1)) -k $work/data -c listen_addresses=127.0.0.1 -c fsync=off" start >&2
  database=(-Dspring.r2dbc.url="r2dbc:postgresql://127.0.0.1:$((PORT + 1))/postgres" -Dspring.r2dbc.username=gyre
    -Dspring.r2dbc.pool.enabled=true)
  echo "rows: PostgreSQL" >&2
else
  database=(-Dspring.r2dbc.url="r2dbc:h2:mem:///lines?options=DB_CLOSE_DELAY=-1")
  echo "rows: H2" >&2
fi

start() {
  # shellcheck disable=SC2086
  taskset -c 0 "$JAVA" $JAVA_OPTS -Dgyre.enabled="$1" -Dspring.sql.init.mode=always "${database[@]}" \
    -cp "$class_path" io.gyre.benchmarks.spring.LinesServer "$PORT" >"$work/server.log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then return; fi
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
  done
  echo "the service did not start:" >&2
  cat "$work/server.log" >&2
  exit 1
}

drive() {
  taskset -c 1 wrk -t1 -c"$CONNECTIONS" -d"$2s" "http://127.0.0.1:$PORT/$1"
}

# User and system clock ticks of the service so far, all threads.
ticks() {
  sed 's/.*) //' "/proc/$server/stat" | cut -d' ' -f12,13
}

# By time and by requests, since a busy core compiles as slowly as it serves.
warm_up() {
  local seconds=0 requests=0 slice=4
  while [ "$seconds" -lt "$WARMUP" ] || { [ "$requests" -lt "$WARM_REQUESTS" ] && [ "$seconds" -lt $((3 * WARMUP)) ]; }; do
    requests=$((requests + $(drive "$1" "$slice" | awk '/requests in/ {print $1}')))
    seconds=$((seconds + slice))
  done
}

measure() {
  warm_up "$2"
  local before after report
  before=$(ticks)
  report=$(drive "$2" "$DURATION")
  after=$(ticks)
  if grep -qE 'Socket errors|Non-2xx' <<<"$report"; then
    echo "$2 on $1 failed requests:" >&2
    echo "$report" >&2
    exit 1
  fi
  awk -v loops="$1" -v line="$2" -v b="$before" -v a="$after" -v hz="$(getconf CLK_TCK)" '
    /requests in/ { n = $1 }
    /Requests\/sec/ { r = $2 }
    END {
      split(b, x, " "); split(a, y, " ")
      printf "%s %s %.2f %d\n", line, loops, (y[1] + y[2] - x[1] - x[2]) / hz / n * 1e6, r
    }' <<<"$report" | tee -a "$work/results" >&2
}

for round in $(seq "$ROUNDS"); do
  echo "round $round: line, loops, CPU s per million requests, requests/s" >&2
  for loops in gyre default; do
    start "$([ "$loops" = gyre ] && echo true || echo false)"
    for line in "${lines[@]}"; do
      measure "$loops" "$line"
    done
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
  done
done

echo "| line | default | Gyre | default / Gyre | requests/s, default | requests/s, Gyre |"
echo "| --- | ---: | ---: | ---: | ---: | ---: |"
for line in "${lines[@]}"; do
  default=$(grep "^$line default " "$work/results" | sort -g -k3 | head -1)
  gyre=$(grep "^$line gyre " "$work/results" | sort -g -k3 | head -1)
  awk -v line="$line" -v d="$default" -v g="$gyre" 'BEGIN {
    split(d, x, " "); split(g, y, " ")
    printf "| %s | %s | %s | %.2f | %s | %s |\n", line, x[3], y[3], x[3] / y[3], x[4], y[4] }'
done
