#!/usr/bin/env bash
# An external extension that behaves as its environment says. "name" is the name of its file; all else is optional:
#   late=SECONDS          waits so long before it registers
#   silent=yes            never registers
#   broken_without=FILE   ends with status 3 before it registers if there is no such file
#   crash_on=FILE         ends with status 4 at an INVOKE if there is such a file, which it removes
#   slow=SECONDS          works so long for each INVOKE
#   stutter=yes           prints a line in two pieces for each INVOKE
#   deaf=yes              does not go when it is told to
#   child=yes             starts a process that is in another session
#   events=LIST           as in JSON; default: "INVOKE","SHUTDOWN"
set -euo pipefail
api="http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension"

call() {
  curl -sSf --noproxy '*' "$@"
}

if [ -n "${child:-}" ]; then
  setsid sh -c 'sleep 600; exit' >/dev/null 2>&1 &
fi
if [ -n "${silent:-}" ]; then
  exec sleep 600
fi
if [ -n "${broken_without:-}" ] && [ ! -e "$broken_without" ]; then
  exit 3
fi
sleep "${late:-0}"
echo "[$name] registers at $(date +%s%N)"
headers=$(call -o /dev/null -D - -H "Lambda-Extension-Name: $name" \
  -d "{\"events\":[${events-\"INVOKE\",\"SHUTDOWN\"}]}" "$api/register")
id=$(sed -n 's/^lambda-extension-identifier: *\([^[:space:]]*\).*/\1/ip' <<<"$headers")
echo "[$name] is $id, process $$"
while true; do
  event=$(call -H "Lambda-Extension-Identifier: $id" "$api/event/next")
  echo "[$name] $event"
  case $event in
    *'"INVOKE"'*)
      if [ -n "${crash_on:-}" ] && [ -e "$crash_on" ]; then
        rm "$crash_on"
        exit 4
      fi
      sleep "${slow:-0}"
      if [ -n "${stutter:-}" ]; then
        printf '[%s] begins, ' "$name"
        sleep 0.3
        echo ends
      fi
      ;;
    *)
      if [ -n "${deaf:-}" ]; then
        exec sleep 600
      fi
      exit 0
      ;;
  esac
done
