"""Document to mentions and claims: tagger, classifier, training, evaluation, statistics, trained models."""
