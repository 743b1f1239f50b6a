# Sourced by ./audio: runs the benchmarks, all or one, each with its peer on the same machine in the same run.
run_benchmarks() {
  local name=()
  while [ $# -gt 0 ]; do
    case $1 in
      -*) usage >&2; die "unknown option $1" ;;
      *) [ ${#name[@]} -eq 0 ] || die "expected one benchmark's name, or none for all"; name=("$1"); shift ;;
    esac
  done
  need_dotnet
  need ffmpeg=ffmpeg npm=npm icecast2=icecast2 wrk=wrk nginx=nginx openssl=openssl perl=perl '/usr/lib/postgresql/*/bin/postgres=postgresql'
  # 5,000 listeners are as many sockets, in each process that serves or makes them.
  local wanted=12000 limit
  limit=$(ulimit -Hn)
  [ "$limit" = unlimited ] || [ "$limit" -ge "$wanted" ] || die "the limit on open files is $limit; the benchmarks need $wanted: ulimit -n"
  [ "$(ulimit -Sn)" = unlimited ] || [ "$(ulimit -Sn)" -ge "$wanted" ] || ulimit -Sn "$wanted"
  build bench
  dotnet "$(program Bench)" "${name[@]}"
}
