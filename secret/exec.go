package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thvctl/thvctl/internal/pattern"
)

// execVersion is the version of the protocol, in requests and in answers.
const execVersion = 1

// execStore runs a command of the user for every question.
// docs/secret-stores.md is the definition of what the two say to each other.
type execStore struct{ command string }

func openExec(command string, _ Sources) (Store, error) { return execStore{command}, nil }

// String implements Store.
func (e execStore) String() string { return "exec:" + shownCommand(e.command) }

// Holds implements Store.
func (execStore) Holds(ref Ref) bool {
	if ref.Name != "" {
		return utf8.ValidString(ref.Name)
	}
	return ref.Key != (Key{}) && utf8.ValidString(ref.Key.Namespace+ref.Key.Name+ref.Key.Key)
}

// execRequest is a question. The order of the fields is part of the protocol.
type execRequest struct {
	Version   int           `json:"version"`
	Reference execReference `json:"reference"`
	Purpose   Purpose       `json:"purpose"`
	Value     bool          `json:"value"`
}

// execReference has one of the two.
type execReference struct {
	Secret *execKey `json:"secret,omitempty"`
	Name   string   `json:"name,omitempty"`
}

type execKey struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Key       string `json:"key"`
}

// Look implements Store.
func (e execStore) Look(ctx context.Context, ref Ref, purpose Purpose, value bool) (Answer, error) {
	question, err := encodeRequest(ref, purpose, value)
	if err != nil {
		return Answer{}, err
	}
	ended, err := process{words: []string{"sh", "-c", e.command}, input: question}.run(ctx)
	switch {
	case errors.Is(err, errStart):
		return Answer{}, fmt.Errorf("sh %w", err)
	case err != nil:
		return Answer{}, err
	case ended.status != 0:
		return Answer{}, fmt.Errorf("exited with status %d", ended.status)
	}
	return readAnswer(ended.answer, ref, value)
}

func encodeRequest(ref Ref, purpose Purpose, value bool) ([]byte, error) {
	request := execRequest{Version: execVersion, Reference: execReference{Name: ref.Name}, Purpose: purpose, Value: value}
	if ref.Name == "" {
		request.Reference.Secret = &execKey{ref.Key.Namespace, ref.Key.Name, ref.Key.Key}
	}
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(request); err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	return line.Bytes(), nil
}

// readAnswer reads what a command answers to a question. It takes nothing that the
// protocol does not define, because a command that is misunderstood must not pass
// for one that found something.
func readAnswer(data []byte, ref Ref, value bool) (Answer, error) {
	fields, err := decodeObject(data)
	if err != nil {
		return Answer{}, err
	}
	for name := range fields {
		if !slices.Contains([]string{"version", "found", "keys", "value"}, name) {
			return Answer{}, errors.New("its answer has a field that the protocol does not define")
		}
	}
	if version, ok := field[int](fields, "version"); !ok || version != execVersion {
		return Answer{}, fmt.Errorf("its answer is not of version %d of the protocol", execVersion)
	}
	found, ok := field[bool](fields, "found")
	if !ok {
		return Answer{}, errors.New(`its answer does not say whether the secret is "found"`)
	}
	answer, err := readKeys(fields, found, ref)
	if err != nil {
		return Answer{}, err
	}
	answer.Value, err = readValue(fields, found && !answer.NoKey, value)
	if err != nil {
		return Answer{}, err
	}
	return answer, nil
}

// readKeys reads the keys, which stand exactly where a Secret is found.
func readKeys(fields object, found bool, ref Ref) (Answer, error) {
	_, there := fields["keys"]
	switch wanted := found && ref.Name == ""; {
	case there && !wanted:
		return Answer{}, errors.New(`its answer has "keys" where no Secret is found`)
	case !there && wanted:
		return Answer{}, errors.New(`its answer lacks the "keys" of the Secret`)
	case !wanted:
		return Answer{Found: found}, nil
	}
	keys, ok := field[[]string](fields, "keys")
	if !ok || len(keys) > maxKeys || slices.ContainsFunc(keys, func(k string) bool { return !isDataKey(k) }) {
		return Answer{}, errors.New(`its answer has "keys" that no Secret can have`)
	}
	slices.Sort(keys)
	if keys = slices.Compact(keys); !slices.Contains(keys, ref.Key.Key) {
		return Answer{Found: true, NoKey: true, Keys: keys}, nil
	}
	return Answer{Found: true}, nil
}

// readValue reads the value, which stands exactly where it is asked for and found.
func readValue(fields object, found, asked bool) (Value, error) {
	_, there := fields["value"]
	switch {
	case there && !asked:
		return Value{}, errors.New(`its answer has a "value", and none was asked for`)
	case there && !found:
		return Value{}, errors.New(`its answer has a "value" of what is not found`)
	case !asked || !found:
		return Value{}, nil
	case !there:
		return Value{}, errors.New(`its answer lacks the "value"`)
	}
	encoded, ok := field[string](fields, "value")
	if !ok {
		return Value{}, errBase64
	}
	return decodeBase64(encoded)
}

// The words of a command that are shown, and the assignments before them that are
// not. Neither matches where a shell would see more than a plain word, so that
// nothing of what is in quotes or computed is shown by mistake.
var (
	assignment = pattern.Lazy("^[A-Za-z_][A-Za-z0-9_]*=(?:'[^']*'|\"[^\"$`\\\\]*\"|[^\\s'\"$`\\\\|&;<>()]*)(?:\\s+|$)")
	plainWord  = pattern.Lazy(`^([A-Za-z0-9_./:,+~][-A-Za-z0-9_./:,+~]*)(?:\s+|$)`)
)

// shownCommand returns the beginning of a command, up to the first word that is an
// option or no plain word. Options and variables may hold tokens.
func shownCommand(command string) string {
	const left = "…"
	var words []string
	rest := strings.TrimSpace(command)
	for match := assignment().FindString(rest); match != ""; match = assignment().FindString(rest) {
		words, rest = []string{left}, rest[len(match):]
	}
	for match := plainWord().FindStringSubmatch(rest); match != nil; match = plainWord().FindStringSubmatch(rest) {
		words, rest = append(words, match[1]), rest[len(match[0]):]
	}
	if rest != "" || len(words) == 0 {
		words = append(words, left)
	}
	return strings.Join(words, " ")
}
