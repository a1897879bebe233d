package runconfig

// SchemaVersion is the version of the RunConfig format that ToolHive v0.62
// writes.
const SchemaVersion = "v0.1.0"
