#!/bin/sh
# Measures every question, Node and the JVM contestants in turn, and prints the table.
#
#   benchmarks/run.sh                    everything, in two passes; about a quarter of an hour
#   benchmarks/run.sh TickChain ...      some questions
#   PASSES=4 benchmarks/run.sh ...       more passes
#   ITERATIONS=20 benchmarks/run.sh ...  fewer iterations of 100 ms than 50
#   benchmarks/run.sh -b ...             without building first
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = -b ]; then
    shift
else
    (cd "$here/.." && mvn -q -B -ntp -Pbenchmarks -pl benchmarks -am package -DskipTests)
fi
if [ $# -eq 0 ]; then
    set -- TickChain MicrotaskChain PromiseChain ImmediateChain CrossThreadPost PostRoundTrip TimerSetCancel \
        TimersFire SchedulerHop WorkerTimers BufferAlloc ObjectStream ByteStream CoroutineYield CoroutinePingPong \
        CoroutineLaunch CoroutineHop CoroutineDelay CoroutineResume
fi

results="$here/target/results"
rm -rf "$results"
pass=1
while [ "$pass" -le "${PASSES:-2}" ]; do
    mkdir -p "$results/$pass"
    for question in "$@"; do
        echo "pass $pass: $question" >&2
        if command -v node >/dev/null; then
            node "$here/node/measure.mjs" "$question" >"$results/$pass/$question.jsonl"
        fi
        java -jar "$here/target/benchmarks.jar" "io\.gyre\.benchmarks\.$question\." \
            -f 1 -wi 10 -w 200ms -i "${ITERATIONS:-50}" -r 100ms -prof gc -foe true -jvmArgsAppend "-Xms1g -Xmx1g -XX:+AlwaysPreTouch" \
            -rf json -rff "$results/$pass/$question.json" >"$results/$pass/$question.log"
    done
    pass=$((pass + 1))
done
java -cp "$here/target/benchmarks.jar" io.gyre.benchmarks.ResultTable "$results" "$@" | tee "$results/table.md"
