"""Shipped networks: an inner tensor becomes an output, a folder is opened once."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from models.claims.reader import CAREFUL_READER
from models.graphs import GraphError, open_graph, with_output


def test_an_output_is_a_few_bytes_of_the_graph_that_follow():
    # model, field 7 of 6 bytes: output, field 12 of 4 bytes: name, field 1 of 2 bytes
    assert with_output(b"before", "ab") == b"before" + b"\x3a\x06" + b"\x62\x04" + b"\x0a\x02ab"
    assert with_output(b"", "n" * 200).startswith(b"\x3a\xce\x01\x62\xcb\x01\x0a\xc8\x01nnn")  # 206, 203 and 200 bytes


shipped = pytest.mark.skipif(not (CAREFUL_READER / "reader.json").exists(), reason="the reader is not installed")


@shipped
def test_the_lower_half_gives_a_state_for_every_piece_and_leaves_the_scores_alone():
    graph = open_graph(CAREFUL_READER)
    assert open_graph(CAREFUL_READER) is graph
    ids = np.array([graph.tokenizer.encode("<s> Fog is an obstacle. </s>", add_special_tokens=False).ids])
    states = graph.states(ids)
    assert states.shape == (ids.shape[1], 768)
    every = {"near": np.arange(ids.shape[1]), "mask": np.ones(ids.shape, dtype=np.float32)}
    scores, beside = graph.session.run(["scores", graph.description["inner"]["states"]], {"ids": ids, **every})
    assert scores.shape == (1, 3)
    assert np.array_equal(beside, states)


@shipped
def test_a_description_that_names_another_digest_is_refused_in_one_line(tmp_path):
    shutil.copy(CAREFUL_READER / "reader.json", tmp_path)
    for name in ("tokenizer.json", "reader.onnx"):
        (tmp_path / name).symlink_to(CAREFUL_READER / name)
    said = json.loads((tmp_path / "reader.json").read_text())
    said["sha256"]["reader.onnx"] = "0" * 64
    (tmp_path / "reader.json").write_text(json.dumps(said))
    with pytest.raises(GraphError, match=r"reader\.onnx: differs from the digest"):
        open_graph(tmp_path)
