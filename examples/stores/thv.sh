#!/bin/sh
# Asks ToolHive itself for its secrets: a store for thvctl.
#
#   --secret-store exec:examples/stores/thv.sh
#
# Written for thv v0.62, which prints the value and a line break, and says "secret
# not found" on standard error. Secrets of Kubernetes it does not have.
# Needs sed, base64 and tr. Values are text: a shell cannot hold a NUL.
set -eu

read -r request
absent() {
	echo '{"version":1,"found":false}'
	exit
}

case $request in
'{"version":1,"reference":{"secret":'*) absent ;;
'{"version":1,"reference":{"name":'*) ;;
*) exit 2 ;; # another version of the protocol
esac
name=$(printf '%s\n' "$request" | sed -n 's/^{"version":1,"reference":{"name":"\([^"\\]*\)"},.*/\1/p')
[ -n "$name" ] || exit 2 # a name with quotes or control characters

# The dot keeps line breaks at the end, which $( ) would drop.
if ! value=$(thv secret get -- "$name" 2>/dev/null && echo .); then
	problem=$(thv secret get -- "$name" 2>&1 >/dev/null) || true
	case $problem in
	*"secret not found: $name"*) absent ;;
	esac
	exit 1
fi
line='
'
case $value in
"Secret $name: "* | "$line." | .) exit 1 ;; # another version, or an error without a status
*"$line.") value=${value%"$line."} ;;
*) exit 1 ;;
esac

case $request in
*'"value":true}')
	printf '{"version":1,"found":true,"value":"%s"}\n' "$(printf '%s' "$value" | base64 | tr -d '\n')"
	;;
*) echo '{"version":1,"found":true}' ;;
esac
