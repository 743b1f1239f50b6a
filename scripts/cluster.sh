# Sourced by ./audio: a whole cluster on this machine, for trying out.
cluster_usage() {
  cat >&2 <<'END'
./audio cluster [--silos 3] [--gateways 2] [--port 8080] [--data ./data/cluster] [--demo]
               Runs silos and gateways, each a process of its own, over the loopback, with a database in the data folder unless
               ConnectionStrings__Audio names one. The gateways listen on the port and the ones after it. Ctrl-C stops all.
END
}

run_cluster() {
  local silos=3 gateways=2 port=8080 data=./data/cluster demo=false
  while [ $# -gt 0 ]; do
    case $1 in
      --silos) silos=${2:?"--silos wants a number"}; shift 2 ;;
      --gateways) gateways=${2:?"--gateways wants a number"}; shift 2 ;;
      --port) port=${2:?"--port wants a number"}; shift 2 ;;
      --data) data=${2:?"--data wants a folder"}; shift 2 ;;
      --demo) demo=true; shift ;;
      *) cluster_usage; die "unknown option $1" ;;
    esac
  done
  need_dotnet
  local needs=(ffmpeg=ffmpeg npm=npm setpriv=util-linux)
  [ -n "${ConnectionStrings__Audio:-}" ] || needs+=('/usr/lib/postgresql/*/bin/postgres=postgresql')
  $demo && needs+=(icecast2=icecast2)
  need "${needs[@]}"
  build Gateway # which builds the silo's program too
  # exec: signals reach the cluster itself, which stops its members in order.
  exec dotnet "$(program Gateway)" cluster \
    "--Silos=$silos" "--Gateways=$gateways" "--Port=$port" "--Data=$data" "--Demo:Enabled=$demo"
}
