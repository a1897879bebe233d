#!/bin/sh
# Reads Kubernetes Secrets that sops has encrypted: a store for thvctl.
#
#   --secret-store exec:examples/stores/sops.sh
#
# The Secret "hooks" is the file secrets/hooks.yaml, or secrets/team/hooks.yaml if the
# reference names the namespace "team". SOPS_SECRETS names another folder.
# Written for sops 3.9 and later. The names of keys are not encrypted (sops --encrypted-regex
# '^(data|stringData)$'), so that nothing is decrypted unless a value is asked for.
# Needs sed, paste, grep, base64 and tr.
set -eu

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

file=${SOPS_SECRETS:-secrets}/${namespace:+$namespace/}$name.yaml
[ -x "${SOPS_SECRETS:-secrets}" ] || exit 1 # without the folder nobody knows what is in it
[ -e "$file" ] || absent

# keys MAP lists the keys of data or stringData.
keys() {
	sed -n "/^$1:/,/^[^ ]/s/^  *\([-._a-zA-Z0-9]\{1,253\}\): .*/\1/p" "$file"
}
all=$(keys data && keys stringData)
listed=$(printf '%s\n' "$all" | sed -n 's/..*/"&"/p' | paste -sd, -)

value=
case $request in
*'"value":true}')
	# The dot keeps line breaks at the end, which $( ) would drop.
	if keys stringData | grep -qxF -e "$key"; then
		text=$(sops decrypt --extract "[\"stringData\"][\"$key\"]" "$file" && echo .)
		encoded=$(printf '%s' "${text%.}" | base64 | tr -d '\n')
		value=",\"value\":\"$encoded\""
	elif keys data | grep -qxF -e "$key"; then
		encoded=$(sops decrypt --extract "[\"data\"][\"$key\"]" "$file")
		value=",\"value\":\"$(printf '%s' "$encoded" | tr -d '\n')\""
	fi
	;;
esac
printf '{"version":1,"found":true,"keys":[%s]%s}\n' "$listed" "$value"
