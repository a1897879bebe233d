#!/bin/sh
# Asks 1Password: a store for thvctl.
#
#   --secret-store exec:examples/stores/op.sh
#
# ToolHive names such as op://vault/item/field are read as they are. The Secret
# "hooks" is the item "hooks" of the vault that OP_VAULT names, whatever its
# namespace, and the labels of its fields are its keys.
# Written for op 2.39. It has no terminal to ask for a password: sign in before, or set
# OP_SERVICE_ACCOUNT_TOKEN.
# Needs sed, paste, grep, base64 and tr. Values are text: a shell cannot hold a NUL.
set -eu

read -r request
absent() {
	echo '{"version":1,"found":false}'
	exit
}

# missing OUTPUT ends here: op exits with 1 whatever is wrong, and only its words
# tell an item that is not there from a session that is not.
missing() {
	case $1 in
	*"isn't an item in "* | *" does not have a field "*) absent ;;
	esac
	exit 1
}

# look REFERENCE sets value to what op reads, with a dot behind it, because $( )
# would drop line breaks at the end.
look() {
	if ! value=$(op read --no-newline -- "$1" 2>/dev/null && echo .); then
		missing "$(op read --no-newline -- "$1" 2>&1 >/dev/null)"
	fi
}

# answer KEYS says that the secret is there, with its value if that is asked for and known.
answer() {
	shown=
	case $request in
	*'"value":true}')
		[ -z "$value" ] || shown=",\"value\":\"$(printf '%s' "${value%.}" | base64 | tr -d '\n')\""
		;;
	esac
	printf '{"version":1,"found":true%s%s}\n' "$1" "$shown"
	exit
}

# field N is a part of the reference: 1 the name of the Secret, 2 the key.
field() {
	printf '%s\n' "$request" |
		sed -n 's/^{"version":1,"reference":{"secret":{"namespace":"[^"\\]*","name":"\([a-z0-9][-.a-z0-9]*\)","key":"\([-._a-zA-Z0-9]*\)"}},.*/\'"$1/p"
}

case $request in
'{"version":1,"reference":{"name":"op://'*)
	reference=$(printf '%s\n' "$request" | sed -n 's/^{"version":1,"reference":{"name":"\([^"\\]*\)"},.*/\1/p')
	[ -n "$reference" ] || exit 2 # a name with quotes or control characters
	look "$reference"
	answer ''
	;;
'{"version":1,"reference":{"name":'*) absent ;;
'{"version":1,"reference":{"secret":'*) ;;
*) exit 2 ;; # another version of the protocol
esac
name=$(field 1) key=$(field 2)
[ -n "$name" ] || absent # no Secret can have such a name

item=$(op item get "$name" --vault "${OP_VAULT:?names the vault}" --format=json 2>&1) || missing "$item"
# op indents by two: labels of fields stand in "fields" at six.
labels=$(printf '%s\n' "$item" | sed -n '/^  "fields": \[/,/^  \]/s/^      "label": "\([-._a-zA-Z0-9]\{1,253\}\)".*/\1/p')
value=
if printf '%s\n' "$labels" | grep -qxF -e "$key"; then
	case $request in
	*'"value":true}') look "op://$OP_VAULT/$name/$key" ;;
	esac
fi
answer ",\"keys\":[$(printf '%s\n' "$labels" | sed -n 's/..*/"&"/p' | paste -sd, -)]"
