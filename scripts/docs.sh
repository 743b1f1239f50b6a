# Sourced by ./audio: writes docs/openapi.yaml and docs/postman_collection.json from a platform that runs for the purpose.
run_docs() {
  [ $# -eq 0 ] || die "docs takes no options"
  need_dotnet
  need ffmpeg=ffmpeg npm=npm curl=curl setpriv=util-linux '/usr/lib/postgresql/*/bin/postgres=postgresql'
  build Gateway
  local folder address="" platform
  folder=$(mktemp -d); chmod 711 "$folder"
  # Port 0: a free one, which the report names.
  Data=$folder dotnet "$(program Gateway)" --urls http://127.0.0.1:0 >"$folder/report" 2>"$folder/log" &
  platform=$!
  trap "kill $platform 2>/dev/null; wait $platform 2>/dev/null; rm -rf '$folder'" EXIT
  while [ -z "$address" ]; do
    kill -0 "$platform" 2>/dev/null || { tail -5 "$folder/log" >&2; die "the platform did not start"; }
    read -rt 0.2 <> <(:) || true
    address=$(sed -n 's/^ *page *\(http[^ ]*\)\/$/\1/p' "$folder/report")
  done
  curl -sSf "$address/swagger/v1/swagger.yaml" -o docs/openapi.yaml
  curl -sSf "$address/swagger/v1/postman_collection.json" -o docs/postman_collection.json
  echo "audio: wrote docs/openapi.yaml and docs/postman_collection.json" >&2
}
