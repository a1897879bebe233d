package secret

import (
	"path/filepath"
	"strings"
	"testing"
)

// tools are stand-ins for what the example scripts call. Each knows what its real
// one prints, for the secrets in hand and for what goes wrong, and writes its
// arguments down.
var tools = map[string]string{
	// thv v0.62: cmd/thv/app/secret.go and pkg/secrets.
	"thv": `
[ "$1 $2 $3" = "secret get --" ] || exit 9
case $4 in
NAME) printf '%s\n' "$PLAIN" ;;
LINES) printf '\n%s\n\n\n' "$PLAIN" ;;
LOCKED) echo "Error: failed to get secret LOCKED: keyring: key not found" >&2; exit 1 ;;
*) echo "A new version of ToolHive is available: v9" >&2
   echo "Error: failed to get secret $4: secret not found: $4" >&2; exit 1 ;;
esac`,
	// sops 3.9: prints a string as it is, and nothing behind it.
	"sops": `
[ "$1 $2" = "decrypt --extract" ] || exit 9
[ -e "$4" ] || { echo "no file" >&2; exit 100; }
case $3 in
'["stringData"]["hmac"]') printf '%s' "$PLAIN" ;;
'["stringData"]["lines"]') printf '\n%s\n\n' "$PLAIN" ;;
'["data"]["bytes"]') printf '%s' "$ENCODED" ;;
*) echo "Failed to get the data key required to decrypt the SOPS file." >&2; exit 128 ;;
esac`,
	// op 2.39.
	"op": `
fail() { echo "[ERROR] 2026/01/02 03:04:05 could not read secret '$4': $1" >&2; exit 1; }
case "$1 $2 $3" in
"read --no-newline --")
	case $4 in
	op://team/hooks/hmac) printf '%s' "$PLAIN" ;;
	op://team/hooks/lines) printf '\n%s\n\n' "$PLAIN" ;;
	op://team/hooks/*) fail "item 'team/hooks' does not have a field 'x'" ;;
	op://team/*) fail 'could not get item team/x: "x" isn'"'"'t an item in the "team" vault. Specify the item with its UUID, name, or domain.' ;;
	*) fail 'error initializing client: You are not currently signed in.' ;;
	esac ;;
"item get hooks")
	[ "$4 $5 $6" = "--vault team --format=json" ] || exit 9
	cat <<END
{
  "id": "i",
  "title": "hooks",
  "sections": [
    {
      "id": "s",
      "label": "section"
    }
  ],
  "fields": [
    {
      "id": "f",
      "section": {
        "label": "section"
      },
      "label": "hmac",
      "value": "$PLAIN"
    },
    {
      "label": "with space",
      "value": "$PLAIN"
    },
    {
      "label": "lines",
      "value": "\n$PLAIN\n\n"
    }
  ],
  "urls": [
    {
      "label": "website"
    }
  ]
}
END
	;;
"item get locked") echo "[ERROR] (403) Forbidden: You aren't authorized to access this resource." >&2; exit 1 ;;
"item get "*) echo "[ERROR] \"$3\" isn't an item in the \"team\" vault. Specify the item with its UUID, name, or domain." >&2; exit 1 ;;
*) exit 9 ;;
esac`,
	// vault 1.15: command/kv_get.go.
	"vault": `
[ -z "${VAULT_FORMAT:-}" ] || exit 9
[ "$1 $2 $3" = "kv get -mount=secret" ] || exit 9
case "$4 $5" in
"-field=hmac hooks") printf '%s' "$PLAIN" ;;
"-field=lines hooks") printf '\n%s\n\n' "$PLAIN" ;;
"-format=json hooks" | "-format=json deep/hooks")
	cat <<END
{
  "request_id": "r",
  "data": {
    "data": {
      "hmac": "$PLAIN",
      "lines": "\n$PLAIN\n\n",
      "map": {
        "inner": "$PLAIN"
      },
      "with space": "$PLAIN"
    },
    "metadata": {
      "version": 1
    }
  },
  "warnings": null
}
END
	;;
"-format=json empty") printf '{\n  "data": {\n    "data": {},\n    "metadata": {\n      "version": 1\n    }\n  }\n}\n' ;;
"-format=json deleted") printf '{\n  "data": {\n    "data": null,\n    "metadata": {\n      "version": 1\n    }\n  }\n}\n' ;;
"-format=json locked") echo "Error reading secret/data/locked: Error making API request. Code: 403. Errors: permission denied" >&2; exit 2 ;;
*) echo "No value found at secret/data/$5" >&2; exit 2 ;;
esac`,
}

// encryptedSecret is what sops makes of a Secret, as far as the script looks.
const encryptedSecret = `apiVersion: v1
kind: Secret
metadata:
    name: hooks
    annotations:
        not-a-key: x
stringData:
    hmac: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]
    lines: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]
    broken: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]
data:
    bytes: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]
sops:
    mac: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]
    version: 3.9.0
`

// TestExamples runs the example scripts against stand-ins for their tools, with and
// without a value asked for.
func TestExamples(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{"hooks.yaml", "team/hooks.yaml"} {
		write(t, filepath.Join(folder, path), encryptedSecret)
	}
	write(t, filepath.Join(folder, "empty.yaml"), "kind: Secret\nsops:\n    mac: ENC[x]\n")
	t.Setenv("SOPS_SECRETS", folder)
	t.Setenv("OP_VAULT", "team")
	t.Setenv("VAULT_FORMAT", "json")
	t.Setenv("PLAIN", canary)
	t.Setenv("ENCODED", encodedCanary)
	for tool, script := range tools {
		// A value must not be an argument, which every user of the machine can see.
		fakeCommand(t, tool, "case \"$*\" in *"+canary+"*) exit 9 ;; esac\n"+script)
	}
	const plain, lines, failed = "found " + canary, "found \n" + canary + "\n\n", "exited with status "
	key := func(name, key string) Ref { return Ref{Key: Key{"", name, key}} }
	for script, cases := range map[string]map[Ref]string{
		"thv.sh": {
			{Name: "NAME"}: plain, {Name: "LINES"}: lines, {Name: "NONE"}: "absent", {Name: "-h"}: "absent",
			{Name: "LOCKED"}: failed + "1", {Name: `a"b`}: failed + "2", {Name: `a","value":true}`}: failed + "2",
			key("hooks", "hmac"): "absent",
		},
		"sops.sh": {
			key("hooks", "hmac"): plain, key("hooks", "lines"): lines, key("hooks", "bytes"): plain,
			{Key: Key{"team", "hooks", "hmac"}}: plain, {Key: Key{"other", "hooks", "hmac"}}: "absent",
			key("hooks", "none"): "no key, but broken bytes hmac lines", key("hooks", "mac"): "no key, but broken bytes hmac lines",
			key("empty", "hmac"): "no key, but ", key("hooks", "broken"): "found|" + failed + "128",
			key("none", "hmac"): "absent", key("../hooks", "hmac"): "absent", key("..", "hmac"): "absent", {Name: "NAME"}: "absent",
		},
		"op.sh": {
			{Name: "op://team/hooks/hmac"}: plain, {Name: "op://team/hooks/lines"}: lines,
			{Name: "op://team/hooks/none"}: "absent", {Name: "op://team/none/hmac"}: "absent",
			{Name: "op://locked/hooks/hmac"}: failed + "1", {Name: "NAME"}: "absent",
			key("hooks", "hmac"): plain, key("hooks", "lines"): lines, key("hooks", "section"): "no key, but hmac lines",
			key("hooks", "website"): "no key, but hmac lines", key("none", "hmac"): "absent", key("locked", "hmac"): failed + "1",
			key("-h", "hmac"): "absent",
		},
		"vault.sh": {
			key("hooks", "hmac"): plain, key("hooks", "lines"): lines, key("hooks", "inner"): "no key, but hmac lines map",
			{Key: Key{"deep", "hooks", "none"}}: "no key, but hmac lines map", key("empty", "hmac"): "no key, but ",
			key("none", "hmac"): "absent", key("deleted", "hmac"): "absent", key("locked", "hmac"): failed + "1",
			key("-h", "hmac"): "absent", {Name: "NAME"}: "absent",
		},
	} {
		store := open(t, "exec:../examples/stores/"+script, Sources{})
		for ref, want := range cases {
			testExample(t, store, ref, want)
		}
	}
}

// testExample wants a value only where it is asked for. Behind a bar stands what
// comes of that where it is something else.
func testExample(t *testing.T, store Store, ref Ref, want string) {
	t.Helper()
	without, with, differs := strings.Cut(want, "|")
	if !differs {
		with = want
		if strings.HasPrefix(want, "found ") {
			without = "found"
		}
	}
	for value, want := range map[bool]string{false: without, true: with} {
		got := lookOne(t, store, Request{Ref: ref, Purpose: HMAC, Value: value})
		shown := verdict(got)
		if got.Value.IsSet() {
			shown += " " + string(got.Value.Reveal())
		}
		if shown != want && shown != store.String()+": "+want {
			t.Errorf("%s, %+v, value %t: got %q, want %q", store, ref, value, shown, want)
		}
	}
}
