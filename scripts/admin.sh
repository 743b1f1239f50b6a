# Sourced by ./audio: what operators do on the machine itself, through the socket in the data folder. No account is needed:
# who can open the socket owns the data.
admin_usage() {
  cat >&2 <<'END'
./audio admin create-user EMAIL [--role admin|dj|listener] [--name NAME] [--data ./data]
               Makes an account on the platform that runs here. The password is asked for, or read from standard input.
./audio admin list-users [--email EMAIL] [--data ./data]
./audio admin disable-user|enable-user USER_ID [--data ./data]
./audio admin rotate-keys [--revoke-old] [--data ./data]
               Has another key sign tokens; after a theft, --revoke-old makes everybody refresh at once.
./audio admin jobs stats|peek QUEUE [N]|retry JOB_ID|cancel JOB_ID [--data ./data]
               How the job queues stand, and the next jobs of one; has a dead job tried again, or calls one off.
./audio admin jobs dead QUEUE [N] | purge-dlq --confirm [--data ./data]
               The dead letters of a queue; deletes all of them.
END
}

run_admin() {
  local command=${1:-help} data=./data role=admin name="" email="" revoke=false confirm=false operands=()
  shift || true
  while [ $# -gt 0 ]; do
    case $1 in
      --data) data=${2:?"--data wants a folder"}; shift 2 ;;
      --role) role=${2:?"--role wants admin, dj or listener"}; shift 2 ;;
      --name) name=${2:?"--name wants a name"}; shift 2 ;;
      --email) email=${2:?"--email wants an address"}; shift 2 ;;
      --revoke-old) revoke=true; shift ;;
      --confirm) confirm=true; shift ;;
      -*) admin_usage; die "unknown option $1" ;;
      *) operands+=("$1"); shift ;;
    esac
  done
  need curl=curl jq=jq
  case $command in
    create-user)
      [ ${#operands[@]} -eq 1 ] || { admin_usage; die "create-user wants one e-mail address"; }
      local password=""
      if [ -t 0 ]; then read -rsp "Password for ${operands[0]}: " password; echo >&2; else IFS= read -r password || true; fi
      # The password goes through a pipe: arguments stand in the list of processes.
      printf '%s' "$password" | jq -Rs --arg email "${operands[0]}" --arg role "$role" --arg name "$name" \
        '{email: $email, password: ., role: $role, name: $name}' | ask_operator POST /v1/users ;;
    list-users) ask_operator GET "/v1/users?limit=200${email:+&email=$(uri "$email")}" ;;
    disable-user|enable-user)
      [ ${#operands[@]} -eq 1 ] || { admin_usage; die "$command wants one user id"; }
      [ "$command" = disable-user ] && local disabled=true || local disabled=false
      jq -n "{disabled: $disabled}" | ask_operator PATCH "/v1/users/${operands[0]}" ;;
    rotate-keys) jq -n "{revoke_old: $revoke}" | ask_operator POST /v1/admin/signing-keys ;;
    jobs) admin_jobs "${operands[@]}" ;;
    help|-h|--help) admin_usage ;;
    *) admin_usage; die "unknown command admin $command" ;;
  esac
}

# admin_jobs WHAT [OPERAND…]: the job queue.
admin_jobs() {
  local what=${1:-}
  shift || true
  case $what:$# in
    stats:0) ask_operator GET /v1/admin/jobs/stats ;;
    peek:1|peek:2) ask_operator GET "/v1/admin/jobs/peek?queue=$(uri "$1")${2:+&n=$(uri "$2")}" ;;
    dead:1|dead:2) ask_operator GET "/v1/admin/jobs/peek?state=dead&queue=$(uri "$1")${2:+&n=$(uri "$2")}" ;;
    retry:1|cancel:1) ask_operator POST "/v1/admin/jobs/$(uri "$1")/$what" </dev/null ;;
    purge-dlq:0)
      "$confirm" || die "purge-dlq deletes all dead letters; say --confirm if that is what you want"
      jq -n '{confirm: "purge"}' | ask_operator POST /v1/admin/jobs/purge-dlq ;;
    *) admin_usage; die "jobs wants stats, peek QUEUE [N], dead QUEUE [N], retry JOB_ID, cancel JOB_ID or purge-dlq --confirm" ;;
  esac
}

# uri TEXT: as it stands in an address.
uri() { jq -rn --arg text "$1" '$text | @uri'; }

# ask_operator METHOD PATH: sends standard input, prints the answer; a refusal's sentence goes to standard error.
ask_operator() {
  local socket=$data/run/operator.sock answer status body=()
  [ -S "$socket" ] || die "no platform runs on $data (there is no $socket): start it with ./audio run --data $data"
  [ "$1" = GET ] || body=(-H 'Content-Type: application/json' --data-binary @-)
  answer=$(curl -sS --unix-socket "$socket" -X "$1" "${body[@]}" -w '\n%{http_code}' "http://operator$2") || die "the platform on $data does not answer"
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
  if [ "$status" -ge 400 ]; then
    jq -r '"audio: " + .error, ((.errors // {}) | to_entries[] | .key as $field | .value[] | "  " + $field + ": " + .)' <<<"$answer" >&2
    return 1
  fi
  [ -z "$answer" ] || jq . <<<"$answer"
}
