"""The embedded sample corpus: six fictional documents written for halfloop, with their answer key."""
