method = "Snapshot"
