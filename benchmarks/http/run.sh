#!/usr/bin/env bash
# The plaintext benchmark: what one request costs each server on one core.
#
#   benchmarks/http/run.sh [contestant ...]
#
# Starts each contestant in turn on core 0, drives it with wrk from core 1, and prints the processor time per million
# requests that the server used while it was warm. Rounds alternate between contestants; the table shows each one's
# best round, since noise of the machine only ever adds. Needs Linux, two cores, wrk, and node for the contestant of
# that name. Settings: ROUNDS, WARMUP and DURATION (seconds), WARM_REQUESTS, CONNECTIONS, PORT, JAVA, JAVA_OPTS;
# BUILD=no takes the classes of the last run.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=benchmarks/servers.sh
source benchmarks/servers.sh

ROUNDS=${ROUNDS:-2}
WARMUP=${WARMUP:-8}
WARM_REQUESTS=${WARM_REQUESTS:-600000}
MAX_WARMUP=60
DURATION=${DURATION:-5}
CONNECTIONS=${CONNECTIONS:-64}
PORT=${PORT:-18080}
JAVA_OPTS=${JAVA_OPTS:--Xms512m -Xmx512m -XX:+UseSerialGC}
ALL=(netty netty-pooled gyre gyre-suspend gyre-deferred gyre-suspended vertx reactor-netty ktor webflux webflux-suspend
  node)

contestants=("$@")
[ ${#contestants[@]} -gt 0 ] || contestants=("${ALL[@]}")

build benchmarks,benchmarks/http/spring

# The program of a contestant.
main_of() {
  local http=io.gyre.benchmarks.http spring=io.gyre.benchmarks.spring
  case "$1" in
    netty | netty-pooled) echo $http.NettyServer ;;
    gyre) echo $http.GyreServer ;;
    gyre-suspend) echo $http.GyreSuspendServer ;;
    gyre-deferred) echo $http.GyreDeferredServer ;;
    gyre-suspended) echo $http.GyreSuspendedServer ;;
    ktor) echo $http.KtorServer ;;
    vertx) echo $http.VertxServer ;;
    reactor-netty) echo $http.ReactorNettyServer ;;
    webflux) echo $spring.WebFluxServer ;;
    webflux-suspend) echo $spring.WebFluxSuspendServer ;;
    *) unknown_contestant "$1" ;;
  esac
}

# Its module: Spring has one of its own.
module_of() {
  case "$1" in webflux*) echo benchmarks/http/spring ;; *) echo benchmarks ;; esac
}

start() {
  if [ "$1" = node ]; then
    taskset -c 0 node benchmarks/http/node-server.js "$PORT" >"$work/$1.log" 2>&1 &
  else
    local allocator=adaptive # Netty's default, which the servers that choose none get
    [ "$1" != netty-pooled ] || allocator=pooled
    local main class_path
    main=$(main_of "$1")
    class_path=$(class_path_of "$(module_of "$1")")
    # shellcheck disable=SC2086
    taskset -c 0 "$JAVA" $JAVA_OPTS -Dio.netty.allocator.type="$allocator" -cp "$class_path" "$main" "$PORT" \
      >"$work/$1.log" 2>&1 &
  fi
  await_server "$1" "$work/$1.log"
}

measure() {
  start "$1"
  warm_up /plaintext
  local before after report
  before=$(ticks)
  report=$(drive /plaintext "$DURATION")
  after=$(ticks)
  stop_server
  check_report "$1" "$report"
  local requests rate
  requests=$(awk '/requests in/ {print $1}' <<<"$report")
  rate=$(awk '/Requests\/sec/ {print $2}' <<<"$report")
  awk -v name="$1" -v b="$before" -v a="$after" -v n="$requests" -v r="$rate" -v hz="$(getconf CLK_TCK)" 'BEGIN {
    split(b, x, " "); split(a, y, " ")
    user = (y[1] - x[1]) / hz / n * 1e6; system_ = (y[2] - x[2]) / hz / n * 1e6
    printf "%s %.3f %.3f %.3f %d\n", name, user, system_, user + system_, r
  }' | tee -a "$work/results" >&2
}

for round in $(seq "$ROUNDS"); do
  echo "round $round: contestant, user, system, total CPU s per million requests, requests/s" >&2
  for contestant in "${contestants[@]}"; do
    measure "$contestant"
  done
done

echo "| server | user | system | CPU s per 1M requests | against Netty | requests/s |"
echo "| --- | ---: | ---: | ---: | ---: | ---: |"
for contestant in "${contestants[@]}"; do
  grep "^$contestant " "$work/results" | sort -g -k4 | head -1
done | awk '{ lines[NR] = $0; if ($1 == "netty") { user = $2; total = $4 } }
  END { for (i = 1; i <= NR; i++) { split(lines[i], f, " ")
    ratio = total ? sprintf("%.2f (user %.2f)", f[4] / total, f[2] / user) : "-"
    printf "| %s | %s | %s | %s | %s | %s |\n", f[1], f[2], f[3], f[4], ratio, f[5] } }'
