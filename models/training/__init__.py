"""Training and validation of sentence classifiers, on the project's labels or anybody's."""
