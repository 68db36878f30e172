"""What is read: manifests, the codebook, labels, the embedded sample corpus, fetching by manifest."""
