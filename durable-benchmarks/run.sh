#!/usr/bin/env bash
# Runs benchmarks on a real Kafka broker and a real PostgreSQL, durable-spring and other engines in turn; see docs/performance.md.
#
#   run.sh [--quick] [--no-build] [-Dname=value ...] [workload ...]
#   run.sh [--no-build] --jmh [argument of JMH ...]
#
#   --quick      small sizes and one round: shows within two minutes that all works, and nothing else
#   --no-build   with what was built last
#   -Dname=value a size or setting, such as -Drounds=3, -Dsystems=durable-spring,dbos or -Dhello3.instances=10000
#   --jmh        the engine and the codec alone, by JMH, with what they allocate
#   JAVA_HOME    the JDK for everything
set -euo pipefail

module=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
build=true
options=()
workloads=()
jmh=false
for argument in "$@"; do
  $jmh && workloads+=("$argument") && continue
  case $argument in
    --jmh) jmh=true ;;
    --no-build) build=false ;;
    --quick) options+=(-Dquick=true) ;;
    -D*) options+=("$argument") ;;
    *) workloads+=("$argument") ;;
  esac
done

if $build; then
  (cd "$module/.." && ./mvnw -q -B -ntp -Pbenchmarks -pl durable-benchmarks -am -Dmaven.test.skip=true package)
fi
if $jmh; then
  exec "$java" -cp "$module/target/classes:$module/target/lib/*" org.openjdk.jmh.Main -prof gc \
    ${workloads[@]+"${workloads[@]}"}
fi
exec "$java" -Xmx256m -XX:+UseSerialGC -Dtarget="$module/target" ${options[@]+"${options[@]}"} \
  -cp "$module/target/classes:$module/target/lib/*" \
  io.durablespring.benchmarks.Benchmarks ${workloads[@]+"${workloads[@]}"}
