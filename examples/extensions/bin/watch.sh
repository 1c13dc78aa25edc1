#!/usr/bin/env bash
# A Lambda extension in bash: says what it is told. Needs bash and curl.
set -euo pipefail

api="http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension"
name=${0##*/} # An external extension must register with the name of its file.

headers=$(curl -sSf --noproxy '*' -o /dev/null -D - -H "Lambda-Extension-Name: $name" \
  -d '{"events":["INVOKE","SHUTDOWN"]}' "$api/register")
id=$(sed -n 's/^lambda-extension-identifier: *\([^[:space:]]*\).*/\1/ip' <<<"$headers")
echo "[$name] registered"

while true; do
  # Blocks until there is an event. The first call also says that the extension is ready.
  event=$(curl -sSf --noproxy '*' -H "Lambda-Extension-Identifier: $id" "$api/event/next")
  echo "[$name] $event"
  if [[ $event == *'"eventType":"SHUTDOWN"'* ]]; then
    exit 0
  fi
done
