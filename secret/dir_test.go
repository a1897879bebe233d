package secret

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestDir(t *testing.T) {
	folder := t.TempDir()
	at := func(elements ...string) string { return filepath.Join(append([]string{folder}, elements...)...) }
	write(t, at("hooks", "hmac"), canary)
	write(t, at("hooks", ".hidden"), canary)
	write(t, at("hooks", "no key"), canary)
	write(t, at("hooks", "folder", "inner"), canary)
	write(t, at("NAME"), canary)
	write(t, at("large", "key"), strings.Repeat("k", maxFile+1))
	write(t, at("large", "fits"), strings.Repeat("k", maxFile))
	mkfifo(t, at("hooks", "pipe"))
	link(t, "/dev/null", at("hooks", "null"))
	link(t, "gone", at("hooks", "dangling"))
	link(t, "loop", at("hooks", "loop"))
	link(t, at("hooks", "hmac"), at("LINK"))
	quoted := func(path, what string) string { return "dir:" + folder + `: "` + path + `" ` + what }
	store := open(t, "dir:"+folder, Sources{})
	for _, c := range []struct {
		ref  Ref
		want string
	}{
		{Ref{Key: Key{"", "hooks", "hmac"}}, "found"},
		{Ref{Key: Key{"any", "hooks", "hmac"}}, "found"},
		{Ref{Key: Key{"", "hooks", "other"}}, "no key, but hmac"},
		{Ref{Key: Key{"", "hooks", "dangling"}}, "no key, but hmac"},
		{Ref{Key: Key{"", "none", "hmac"}}, "absent"},
		{Ref{Name: "NAME"}, "found"},
		{Ref{Name: "LINK"}, "found"},
		{Ref{Name: "name"}, "absent"},
		{Ref{Key: Key{"", "large", "fits"}}, "found"},
		{Ref{Key: Key{"", "large", "key"}}, quoted(at("large", "key"), "is larger than 1 MiB")},
		{Ref{Key: Key{"", "hooks", "folder"}}, quoted(at("hooks", "folder"), "is a folder, and no file")},
		{Ref{Key: Key{"", "hooks", "pipe"}}, quoted(at("hooks", "pipe"), "is a named pipe, and no file")},
		{Ref{Key: Key{"", "hooks", "null"}}, quoted(at("hooks", "null"), "is a device, and no file")},
		{Ref{Key: Key{"", "hooks", "loop"}}, quoted(at("hooks", "loop"), "cannot be read: too many levels of symbolic links")},
		{Ref{Name: "hooks"}, quoted(at("hooks"), "is a folder, and no file")},
		{Ref{Key: Key{"", "NAME", "hmac"}}, quoted(at("NAME"), "is no folder, and a Secret is one")},
	} {
		for _, value := range []bool{false, true} {
			if got := verdict(lookOne(t, store, Request{Ref: c.ref, Value: value})); got != c.want {
				t.Errorf("%+v, value %t: got %s, want %s", c.ref, value, got, c.want)
			}
		}
	}
}

// TestDirNotThere asks a folder that is not there: of what should be in it nothing
// is known.
func TestDirNotThere(t *testing.T) {
	folder := t.TempDir()
	write(t, folder+"/file", "")
	for path, want := range map[string]string{
		folder + "/none": "there is no such folder",
		folder + "/file": "is no folder",
	} {
		for _, ref := range []Ref{{Name: "NAME"}, {Key: Key{"", "hooks", "hmac"}}} {
			if got := verdict(lookOne(t, open(t, "dir:"+path, Sources{}), Request{Ref: ref})); got != "dir:"+path+": "+want {
				t.Errorf("%s: got %s, want %s", path, got, want)
			}
		}
	}
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for name, mode := range map[string]os.FileMode{"open": 0o644, "group": 0o640, "own": 0o600, "other": 0o604} {
		write(t, name, canary)
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	mkfifo(t, "pipe")
	link(t, "own", "to-own")
	link(t, "open", "to-open")
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for path, want := range map[string]string{
		"open": "found, exposed", "other": "found, exposed", "group": "found", "own": "found",
		"to-own": "found", "to-open": "found, exposed",
		folder + "/own": "found", "none": "absent", "none/below": "absent", "own/below": "absent", "own\x00": "absent",
		"pipe":   `the file system: "pipe" is a named pipe, and no file`,
		"socket": `the file system: "socket" is a socket, and no file`,
		".":      `the file system: "." is a folder, and no file`,
	} {
		// A store of the registry is never asked for a path.
		got := lookOne(t, open(t, "dir:"+folder, Sources{}), Request{Ref: Ref{File: path}, Value: true})
		shown := verdict(got)
		if got.Exposed {
			shown += ", exposed"
		}
		if shown != want || len(got.Asked) != 1 || got.Asked[0] != "the file system" {
			t.Errorf("%q: got %s of %q, want %s", path, shown, got.Asked, want)
		}
	}
}

// TestFileThatMayNotBeRead is about the error, which root never gets.
func TestFileThatMayNotBeRead(t *testing.T) {
	err := absent("key.pem", &os.PathError{Op: "open", Path: "key.pem", Err: syscall.EACCES})
	if err == nil || err.Error() != `"key.pem" cannot be read: permission denied` {
		t.Errorf("got %v", err)
	}
}

func mkfifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}
