package syntax

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/thvctl/thvctl/compiler/diag"
)

// Replace returns the fix that puts another value in place of a scalar, in the
// quotes that it has; nil where the scalar is a block, whose line breaks are not
// ours to drop. A value that needs quotes and stands without is the caller's to
// avoid.
func (n *Node) Replace(value string) *diag.Fix {
	if n.Start == n.End {
		return nil
	}
	text := value
	switch n.Source.Data[n.Start] {
	case '|', '>':
		return nil
	case '"':
		text = strconv.Quote(value)
	case '\'':
		text = "'" + strings.ReplaceAll(value, "'", "''") + "'"
	}
	return &diag.Fix{Title: fmt.Sprintf("replace with %q", value), Edits: []diag.Edit{{Span: n.Span(), Text: text}}}
}
