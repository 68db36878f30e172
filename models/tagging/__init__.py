"""The parts of the tagger: candidates, filter, scopes, named exemplars, evaluation."""
