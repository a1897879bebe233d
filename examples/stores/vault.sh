#!/bin/sh
# Asks HashiCorp Vault: a store for thvctl.
#
#   --secret-store exec:examples/stores/vault.sh
#
# The Secret "hooks" is the path "hooks" of a key/value engine, version 2, or
# "team/hooks" if the reference names the namespace "team"; its fields are its keys.
# VAULT_MOUNT names the engine; without it, "secret".
# Written for vault 1.11 and later. ToolHive names it does not have.
# Needs sed, paste, grep, base64 and tr. Values are text: a shell cannot hold a NUL.
set -eu
unset VAULT_FORMAT

read -r request
absent() {
	echo '{"version":1,"found":false}'
	exit
}

# field N is a part of the reference: 1 the namespace, 2 the name, 3 the key.
field() {
	printf '%s\n' "$request" |
		sed -n 's/^{"version":1,"reference":{"secret":{"namespace":"\([-a-z0-9]*\)","name":"\([a-z0-9][-.a-z0-9]*\)","key":"\([-._a-zA-Z0-9]*\)"}},.*/\'"$1/p"
}

case $request in
'{"version":1,"reference":{"name":'*) absent ;;
'{"version":1,"reference":{"secret":'*) ;;
*) exit 2 ;; # another version of the protocol
esac
namespace=$(field 1) name=$(field 2) key=$(field 3)
[ -n "$name" ] || absent # no Secret can have such a name
mount=${VAULT_MOUNT:-secret} path=${namespace:+$namespace/}$name

# vault exits with 2 for all that the server says, and only its words tell what is
# not there from what may not be read.
if ! secret=$(vault kv get -mount="$mount" -format=json "$path" 2>&1); then
	case $secret in
	*"No value found at "*) absent ;;
	esac
	exit 1
fi
# vault indents by two: the fields stand in "data" in "data" at six.
keys=$(printf '%s\n' "$secret" | sed -n '/^    "data": {$/,/^    }/s/^      "\([-._a-zA-Z0-9]\{1,253\}\)": .*/\1/p')
case $secret in
*'
    "data": null'*) absent ;; # deleted
esac

value=
if printf '%s\n' "$keys" | grep -qxF -e "$key"; then
	case $request in
	*'"value":true}')
		# The dot keeps line breaks at the end, which $( ) would drop.
		text=$(vault kv get -mount="$mount" -field="$key" "$path" && echo .)
		value=",\"value\":\"$(printf '%s' "${text%.}" | base64 | tr -d '\n')\""
		;;
	esac
fi
printf '{"version":1,"found":true,"keys":[%s]%s}\n' "$(printf '%s\n' "$keys" | sed -n 's/..*/"&"/p' | paste -sd, -)" "$value"
