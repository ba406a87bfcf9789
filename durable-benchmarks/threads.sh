#!/usr/bin/env bash
# What the processors do while a benchmark runs, for Linux: the processor time in milliseconds, within so many seconds, of PostgreSQL, of
# the broker, and of the threads of the systems that are measured, alike ones together.
#
#   threads.sh [seconds]
set -euo pipefail

seconds=${1:-10}

# Lines of: process and thread, its name without digits, clock ticks so far.
snapshot() {
  local kind pid
  for kind in kafka.Kafka ContenderMain postgres; do
    for pid in $(pgrep -f "$kind" || true); do
      [[ $kind != postgres || $(cat "/proc/$pid/comm" 2> /dev/null) == postgres ]] || continue
      awk -v kind="$kind" '{
        name = $0; sub(/^[^(]*\(/, "", name); sub(/\)[^)]*$/, "", name); gsub(/[0-9#]+/, "", name); gsub(/ /, "_", name)
        rest = $0; sub(/^.*\) /, "", rest); split(rest, field, " ")
        print FILENAME, (kind == "ContenderMain" ? name : kind), field[12] + field[13]
      }' /proc/"$pid"/task/*/stat 2> /dev/null || true
    done
  done | sort -k1,1
}

before=$(snapshot)
sleep "$seconds"
join <(echo "$before") <(snapshot) | awk -v tick="$(getconf CLK_TCK)" '
  { used[$2] += $5 - $3 }
  END { for (name in used) if (used[name] > 0) printf "%7d ms  %s\n", used[name] * 1000 / tick, name }' | sort -rn
