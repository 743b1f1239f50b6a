# Sourced by ./audio: runs the test suites and counts.
suites=(Architecture.Tests RelayHost.Tests Gateway.Tests)
# One after the other beside those: the first waits for audio to play most of its time.
beside=(EndToEnd.Tests Grains.Tests Persistence.Tests)
# Clusters watch each other's clocks: they have the machine to themselves.
alone=(Cluster.Tests)
# For every commit: what needs no whole platform, without what takes long, and the README's first five minutes for the rest.
fast_suites=(Architecture.Tests RelayHost.Tests)
fast_filter='Speed!=slow&(FullyQualifiedName!~EndToEnd|FullyQualifiedName~ReadmeTests)'

run_tests() {
  local filter=()
  while [ $# -gt 0 ]; do
    case $1 in
      --filter) filter=(--filter "${2:?"--filter wants an expression"}"); shift 2 ;;
      --fast) suites=("${fast_suites[@]}") alone=() filter=(--filter "$fast_filter"); shift ;;
      *) usage >&2; die "unknown option $1" ;;
    esac
  done
  need_dotnet
  need ffmpeg=ffmpeg npm=npm icecast2=icecast2 chromium=chromium nginx=nginx oathtool=oathtool aiosmtpd=python3-aiosmtpd curl=curl jq=jq podget=podget radosgw=radosgw ceph-mon=ceph-mon ceph-osd=ceph-osd ceph=ceph-common /usr/sbin/clamd=clamav-daemon pebble=pebble lego=lego /usr/sbin/named=bind9 nsupdate=bind9-dnsutils '/usr/lib/postgresql/*/bin/postgres=postgresql'
  build Audio.Orleans.sln
  local results=artifacts/test-results
  rm -rf "$results"; mkdir -p "$results"
  run_suites "${beside[@]}" >"$results/beside.log" &
  run_suites "${suites[@]}"
  wait
  cat "$results/beside.log"
  run_suites "${alone[@]}"
  count "$results"
}

run_suites() { # SUITE..., with the caller's filter and results
  local suite
  for suite; do
    echo "== $suite"
    dotnet test "tests/$suite" -c Release --no-build --nologo "${filter[@]}" \
      --logger "trx;LogFileName=$suite.trx" --results-directory "$results" 2>&1 | grep -vE '^(Test run for|VSTest version|A total of|Results File|$)' || true
  done
}

# Adds up what the runners wrote; a suite that wrote nothing is a failure of its own.
count() { # FOLDER
  local passed=0 failed=0 skipped=0 file line suite
  for file in "$1"/*.trx; do
    [ -f "$file" ] || continue
    line=$(grep -o '<Counters [^>]*>' "$file")
    passed=$((passed + $(attribute "$line" passed)))
    failed=$((failed + $(attribute "$line" failed) + $(attribute "$line" error) + $(attribute "$line" timeout) + $(attribute "$line" aborted)))
    skipped=$((skipped + $(attribute "$line" total) - $(attribute "$line" executed)))
    grep -q '<ResultSummary outcome="Failed"' "$file" && [ "$(attribute "$line" failed)" = 0 ] && { echo "$(basename "$file"): the runner failed"; failed=$((failed + 1)); }
  done
  for suite in "${suites[@]}" "${beside[@]}" "${alone[@]}"; do
    [ -f "$1/$suite.trx" ] || [ ${#filter[@]} -gt 0 ] || { echo "$suite: wrote no results"; failed=$((failed + 1)); }
  done
  [ "$skipped" -eq 0 ] && echo "$passed passed, $failed failed" || echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

attribute() { sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" <<<"$1"; }
