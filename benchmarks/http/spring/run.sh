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
# shellcheck source=benchmarks/servers.sh
source benchmarks/servers.sh

ROUNDS=${ROUNDS:-2}
WARMUP=${WARMUP:-8}
WARM_REQUESTS=${WARM_REQUESTS:-300000}
MAX_WARMUP=$((3 * WARMUP))
DURATION=${DURATION:-5}
CONNECTIONS=${CONNECTIONS:-64}
PORT=${PORT:-18080}
JAVA_OPTS=${JAVA_OPTS:--Xms512m -Xmx512m -XX:+UseSerialGC}
ALL=(plaintext/mono plaintext/kotlin-mono plaintext/suspend plaintext/co-router json/mono json/suspend row/mono
  row/suspend)

lines=("$@")
[ ${#lines[@]} -gt 0 ] || lines=("${ALL[@]}")

postgres=
stop_others() {
  [ -z "$postgres" ] || "${as[@]}" "$postgres/pg_ctl" -D "$work/data" -m immediate -w stop >&2 || true
}

build benchmarks/http/spring

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
    -cp "$(class_path_of benchmarks/http/spring)" io.gyre.benchmarks.spring.LinesServer "$PORT" >"$work/server.log" 2>&1 &
  await_server "the service" "$work/server.log"
}

measure() {
  warm_up "/$2"
  local before after report
  before=$(ticks)
  report=$(drive "/$2" "$DURATION")
  after=$(ticks)
  check_report "$2 on $1" "$report"
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
    stop_server
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
