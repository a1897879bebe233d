package cli

// ballast is memory that nobody touches, and that is therefore none of the machine's.
// The garbage collector runs when the heap has doubled: beside it the heap may grow by
// as much before it does, where otherwise a small heap would be looked through again and
// again.
var ballast []byte

// ballastSize is how much there is, in bytes.
const ballastSize = 16 << 20

func takeBallast() { ballast = make([]byte, ballastSize) }
