# Sourced by ./audio: runs the test suites and counts.
# Clusters, which watch each other's clocks, come last and have the machine to themselves.
suites=(Architecture.Tests Grains.Tests Persistence.Tests RelayHost.Tests Gateway.Tests EndToEnd.Tests Cluster.Tests)
# It waits for audio to play most of its time: so it runs beside the others.
beside=EndToEnd.Tests
# For every commit: what needs no whole platform, without what takes long, and the README's first five minutes for the rest.
fast_suites=(Architecture.Tests Grains.Tests Persistence.Tests RelayHost.Tests EndToEnd.Tests)
fast_filter='Speed!=slow&(FullyQualifiedName!~EndToEnd|FullyQualifiedName~ReadmeTests)'

run_tests() {
  local filter=()
  while [ $# -gt 0 ]; do
    case $1 in
      --filter) filter=(--filter "${2:?"--filter wants an expression"}"); shift 2 ;;
      --fast) suites=("${fast_suites[@]}") filter=(--filter "$fast_filter"); shift ;;
      *) usage >&2; die "unknown option $1" ;;
    esac
  done
  need_dotnet
  need ffmpeg=ffmpeg npm=npm icecast2=icecast2 chromium=chromium nginx=nginx oathtool=oathtool aiosmtpd=python3-aiosmtpd curl=curl jq=jq radosgw=radosgw ceph-mon=ceph-mon ceph-osd=ceph-osd ceph=ceph-common /usr/sbin/clamd=clamav-daemon '/usr/lib/postgresql/*/bin/postgres=postgresql'
  build Audio.Orleans.sln
  local results=artifacts/test-results suite failed=0
  rm -rf "$results"; mkdir -p "$results"
  run_suite "$beside" >"$results/$beside.log" &
  for suite in "${suites[@]}"; do
    case $suite in
      "$beside") wait; cat "$results/$beside.log" ;;
      *) run_suite "$suite" ;;
    esac
  done
  count "$results"
}

run_suite() { # SUITE, with the caller's filter and results
  echo "== $1"
  dotnet test "tests/$1" -c Release --no-build --nologo "${filter[@]}" \
    --logger "trx;LogFileName=$1.trx" --results-directory "$results" 2>&1 | grep -vE '^(Test run for|VSTest version|A total of|Results File|$)' || true
}

# Adds up what the runners wrote; a suite that wrote nothing is a failure of its own.
count() { # FOLDER
  local passed=0 failed=0 skipped=0 file line
  for file in "$1"/*.trx; do
    [ -f "$file" ] || continue
    line=$(grep -o '<Counters [^>]*>' "$file")
    passed=$((passed + $(attribute "$line" passed)))
    failed=$((failed + $(attribute "$line" failed) + $(attribute "$line" error) + $(attribute "$line" timeout) + $(attribute "$line" aborted)))
    skipped=$((skipped + $(attribute "$line" total) - $(attribute "$line" executed)))
    grep -q '<ResultSummary outcome="Failed"' "$file" && [ "$(attribute "$line" failed)" = 0 ] && { echo "$(basename "$file"): the runner failed"; failed=$((failed + 1)); }
  done
  for suite in "${suites[@]}"; do
    [ -f "$1/$suite.trx" ] || [ ${#filter[@]} -gt 0 ] || { echo "$suite: wrote no results"; failed=$((failed + 1)); }
  done
  [ "$skipped" -eq 0 ] && echo "$passed passed, $failed failed" || echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

attribute() { sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" <<<"$1"; }
