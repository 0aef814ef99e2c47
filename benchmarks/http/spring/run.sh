#!/usr/bin/env bash
# What a request costs a WebFlux service on Gyre's loop and on Reactor Netty's, on one core.
#
#   benchmarks/http/spring/run.sh [line ...]
#
# For each line (a path of the service) and each round, starts the service twice, on Gyre's loop and on Reactor Netty's,
# and warms both with wrk until the JIT has nothing to compile. Then it confines both to core 0 and wrk to core 1, drives
# them in turn in short windows, the order changing from window to window, and counts the processor time per million
# requests that the driven one used, but for what compiled still. The table shows the median of all windows, and their
# range. The rows come out of PostgreSQL where Debian's package is installed, on core 1 too, else out of H2 in memory.
# Needs Linux, two cores and wrk. Settings: TRANSPORT (epoll, or io_uring, for both sides); ROUNDS; WINDOWS (of a round, for
# each side) and DURATION (seconds of one); WARM (most slices of SLICE seconds); CONNECTIONS, PORT, JAVA, JAVA_OPTS,
# GYRE_OPTS (of the side on Gyre's loop); RESULTS (a file that keeps the windows, and those of earlier runs: rounds may be
# measured in several runs); BUILD=no takes the classes of the last run.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# shellcheck source=benchmarks/servers.sh
source benchmarks/servers.sh

ROUNDS=${ROUNDS:-2}
WINDOWS=${WINDOWS:-5}
DURATION=${DURATION:-3}
SLICE=${SLICE:-4}
WARM=${WARM:-8}
CONNECTIONS=${CONNECTIONS:-64}
PORT=${PORT:-18080}
JAVA_OPTS=${JAVA_OPTS:--Xms1g -Xmx1g -XX:+AlwaysPreTouch -XX:+UseSerialGC}
GYRE_OPTS=${GYRE_OPTS:-}
TRANSPORT=${TRANSPORT:-epoll}
ALL=(plaintext/mono plaintext/kotlin-mono plaintext/suspend plaintext/co-router json/mono json/suspend row/mono
  row/suspend)

lines=("$@")
[ ${#lines[@]} -gt 0 ] || lines=("${ALL[@]}")

results=${RESULTS:-$work/results}

declare -A servers=()
declare -A ports=([gyre]=$PORT [default]=$((PORT + 1)))
postgres=
stop_others() {
  stop_both
  [ -z "$postgres" ] || "${as[@]}" "$postgres/pg_ctl" -D "$work/data" -m immediate -w stop >&2 || true
}

stop_both() {
  local loops
  for loops in "${!servers[@]}"; do
    server=${servers[$loops]}
    stop_server
  done
  servers=()
}

profiles=
if [ "$TRANSPORT" = io_uring ]; then
  profiles=,io_uring
elif [ "$TRANSPORT" != epoll ]; then
  echo "TRANSPORT is epoll or io_uring, not $TRANSPORT" >&2
  exit 2
fi
build benchmarks/http/spring "$profiles"
class_path=$(class_path_of benchmarks/http/spring)

# PostgreSQL refuses to run as root.
as=()
database=(-Dspring.r2dbc.url="r2dbc:h2:mem:///lines?options=DB_CLOSE_DELAY=-1")
start_database() {
  if ! postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1) || [ -z "$postgres" ]; then
    echo "rows: H2" >&2
    return
  fi
  if [ "$(id -u)" = 0 ]; then
    as=(runuser -u postgres --)
    chown postgres "$work"
  fi
  chmod 755 "$work"
  "${as[@]}" "$postgres/initdb" -D "$work/data" -U gyre -A trust --no-sync >"$work/initdb.log"
  "${as[@]}" taskset -c 1 "$postgres/pg_ctl" -D "$work/data" -l "$work/data/log" -w \
    -o "-p $((PORT + 2)) -k $work/data -c listen_addresses=127.0.0.1 -c fsync=off" start >&2
  database=(-Dspring.r2dbc.url="r2dbc:postgresql://127.0.0.1:$((PORT + 2))/postgres" -Dspring.r2dbc.username=gyre
    -Dspring.r2dbc.pool.enabled=true)
  echo "rows: PostgreSQL" >&2
}
if [[ " ${lines[*]} " == *" row/"* ]]; then
  start_database
fi

start() {
  local enabled=false options=
  if [ "$1" = gyre ]; then
    enabled=true
    options="-Dgyre.transport=$TRANSPORT $GYRE_OPTS"
  fi
  # shellcheck disable=SC2086
  "$JAVA" -XX:ActiveProcessorCount=1 $JAVA_OPTS $options -Dgyre.enabled=$enabled -Dspring.sql.init.mode=always "${database[@]}" \
    -cp "$class_path" io.gyre.benchmarks.spring.LinesServer "${ports[$1]}" >"$work/$1.log" 2>&1 &
  PORT=${ports[$1]} await_server "the service on $1" "$work/$1.log"
  servers[$1]=$server
  server=
}

# Clock ticks so far of the threads that compile.
compiler_ticks() {
  { cat "/proc/${servers[$1]}"/task/*/stat 2>/dev/null || true; } |
    awk '/\(C[12] Compiler/ { sub(/.*\) /, ""); n += $12 + $13 } END { print n + 0 }'
}

all_ticks() {
  server=${servers[$1]} ticks
  compiler_ticks "$1"
}

# Drives one side for some seconds: "requests requests/s ticks ticks-of-compilers ticks-in-user-mode".
drive_side() {
  local before after report
  before=$(all_ticks "$1")
  report=$(taskset -c 1 wrk -t1 -c"$CONNECTIONS" -d"$3s" --timeout 10s "http://127.0.0.1:${ports[$1]}/$2")
  after=$(all_ticks "$1")
  check_report "$2 on $1" "$report"
  awk -v b="$(tr '\n' ' ' <<<"$before")" -v a="$(tr '\n' ' ' <<<"$after")" '
    /requests in/ { n = $1 }
    /Requests\/sec/ { r = $2 }
    END {
      split(b, x, " "); split(a, y, " ")
      printf "%d %d %d %d %d\n", n, r, y[1] + y[2] - x[1] - x[2], y[3] - x[3], y[1] - x[1]
    }' <<<"$report"
}

# Until less than 2 % of a slice is compilation. The compiler may use the other core meanwhile.
warm_up_side() {
  local slice requests rate all compiling user
  for slice in $(seq "$WARM"); do
    read -r requests rate all compiling user < <(drive_side "$1" "$2" "$SLICE")
    echo "  warm-up of $1: $rate requests/s, $((100 * compiling / (all + 1))) % compilation" >&2
    if [ "$slice" -ge 3 ] && [ $((50 * compiling)) -lt "$all" ]; then return; fi
  done
}

measure() {
  local requests rate all compiling user
  read -r requests rate all compiling user < <(drive_side "$1" "$2" "$DURATION")
  awk -v loops="$1" -v line="$2" -v n="$requests" -v r="$rate" -v t="$all" -v c="$compiling" -v u="$user" \
    -v hz="$(getconf CLK_TCK)" 'BEGIN {
      printf "%s %s %.2f %.2f %d %.1f\n", line, loops, (t - c) / hz / n * 1e6, (u - c) / hz / n * 1e6, r, 100 * c / t }' |
    tee -a "$results" >&2
}

for round in $(seq "$ROUNDS"); do
  echo "round $round: line, loops, CPU s per million requests, of it in user mode, requests/s, % more to compile" >&2
  for line in "${lines[@]}"; do
    if [ $((round % 2)) = 1 ]; then order=(gyre default); else order=(default gyre); fi
    for loops in "${order[@]}"; do
      start "$loops"
      warm_up_side "$loops" "$line"
      taskset -acp 0 "${servers[$loops]}" >/dev/null
    done
    for _ in $(seq "$WINDOWS"); do
      measure "${order[0]}" "$line"
      measure "${order[1]}" "$line"
      order=("${order[1]}" "${order[0]}")
    done
    stop_both
  done
done

# "median lowest highest" of a column of a line on some loops.
spread() {
  grep "^$1 $2 " "$results" | sort -g -k"$3" | awk -v c="$3" '
    { v[NR] = $c }
    END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%.2f %.1f %.1f\n", m, v[1], v[NR] }'
}

echo "| line | default | Gyre | default / Gyre | user, default | user, Gyre | requests/s, default | requests/s, Gyre |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
for line in "${lines[@]}"; do
  awk -v line="$line" -v d="$(spread "$line" default 3)" -v g="$(spread "$line" gyre 3)" \
    -v du="$(spread "$line" default 4)" -v gu="$(spread "$line" gyre 4)" \
    -v dr="$(spread "$line" default 5)" -v gr="$(spread "$line" gyre 5)" 'BEGIN {
      split(d, x, " "); split(g, y, " ")
      printf "| %s | %.1f (%s to %s) | %.1f (%s to %s) | %.2f | %.1f | %.1f | %d | %d |\n", \
        line, x[1], x[2], x[3], y[1], y[2], y[3], x[1] / y[1], du, gu, dr, gr }'
done
