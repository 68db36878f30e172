"""How the reader was made; needs torch, transformers and onnx, which the project itself never installs.

    python -m models.training.tune_reader CORPUS BASE OUT

BASE is a folder with the public weights of all-MiniLM-L6-v2 (model.safetensors, config.json, tokenizer.json). One
reader is tuned per fold of documents, which scores the sentences of its own fold (``held_out_scores.csv``), and one on
everything, which is shipped. Retraining the claim model afterwards needs none of this: it reads those scores.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.codings import read_labels
from models.claims.context import SentenceInContext
from models.claims.reader import AFTER, BEFORE, LONGEST, Reader, sentence_key
from models.training.description import CLAIM_LABELS
from models.training.examples import Example, soft_labels
from models.training.folds import grouped_folds
from models.training.project import find_examples

LAYERS = (0, 1, 3, 5)
VOCABULARY = 13_000
FOLDS, EPOCHS, BATCH, RATE, SEED = 3, 2, 32, 2.5e-4, 7


def prune(base: Path, out: Path) -> None:
    """Keep the commonest word pieces (the vocabulary is in that order) and all single letters; write to ``out``."""
    import torch
    from transformers import AutoModel

    data = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    old = data["model"]["vocab"]
    special = {"[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"}
    kept = [
        piece
        for piece, number in sorted(old.items(), key=lambda item: item[1])
        if (number < VOCABULARY and not piece.startswith("[unused"))
        or len(piece.removeprefix("##")) == 1
        or piece in special
    ]
    new = {piece: number for number, piece in enumerate(kept)}
    data["model"]["vocab"] = new
    data["truncation"] = data["padding"] = data["post_processor"] = None
    for token in data["added_tokens"]:
        token["id"] = new[token["content"]]
    model = AutoModel.from_pretrained(base)
    rows = model.embeddings.word_embeddings.weight.data[torch.tensor([old[piece] for piece in kept])].clone()
    model.resize_token_embeddings(len(kept))
    model.embeddings.word_embeddings.weight.data = rows
    model.encoder.layer = torch.nn.ModuleList([model.encoder.layer[number] for number in LAYERS])
    model.config.num_hidden_layers = len(LAYERS)
    model.save_pretrained(out)
    (out / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def encode(tokenizer: Any, sentence: SentenceInContext) -> tuple[list[int], list[int]]:
    """Word pieces of text before, sentence and text after, and which of them are the sentence."""
    start, stop = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    before, text, after = (
        tokenizer.encode(part, add_special_tokens=False).ids
        for part in (sentence.before, sentence.text, sentence.after)
    )
    head, body, tail = [start, *before[-BEFORE:], stop], text[:LONGEST], [stop, *after[:AFTER], stop]
    return head + body + tail, [0] * len(head) + [1] * len(body) + [0] * len(tail)


def tune(folder: Path, encoded: Sequence[tuple[list[int], list[int]]], soft: NDArray[np.float64]) -> Any:
    """A network tuned on soft labels; word embeddings stay as they are, rare classes weigh more (square root)."""
    import torch
    from transformers import AutoModel, get_linear_schedule_with_warmup

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = _network(AutoModel.from_pretrained(folder))
    for parameter in network.encoder.embeddings.parameters():
        parameter.requires_grad = False
    inside = [p for p in network.encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": inside, "lr": RATE}, {"params": network.head.parameters(), "lr": 1e-3}], weight_decay=0.01
    )
    steps = EPOCHS * -(-len(encoded) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, int(0.06 * steps), steps)
    share = soft.mean(axis=0)
    weight = torch.tensor((share**-0.5) / ((share**-0.5) * share).sum(), dtype=torch.float)
    target = torch.tensor(soft * 0.97 + 0.01, dtype=torch.float)
    generator = np.random.default_rng(SEED)
    network.train()
    for _ in range(EPOCHS):
        for batch in _batches(encoded, generator):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = network(*_padded([encoded[i] for i in batch]))
            loss = -(target[batch] * torch.log_softmax(scores.float(), 1) * weight).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


def _network(encoder: Any) -> Any:
    import torch

    class Network(torch.nn.Module):  # type: ignore[misc]
        """Encoder, then the mean of the sentence's pieces beside the first piece, then three scores."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.drop = torch.nn.Dropout(0.1)
            self.head = torch.nn.Linear(2 * encoder.config.hidden_size, len(CLAIM_LABELS))

        def forward(self, ids: Any, mask: Any, attention: Any = None) -> Any:
            attention = torch.ones_like(ids) if attention is None else attention
            states = self.encoder(input_ids=ids, attention_mask=attention).last_hidden_state
            mean = (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
            return self.head(self.drop(torch.cat([mean, states[:, 0]], 1)).float())

    return Network()


def _batches(encoded: Sequence[tuple[list[int], list[int]]], generator: np.random.Generator) -> list[list[int]]:
    order = generator.permutation(len(encoded)).tolist()
    pools = [order[i : i + BATCH * 16] for i in range(0, len(order), BATCH * 16)]
    pools = [sorted(pool, key=lambda i: len(encoded[i][0])) for pool in pools]
    batches = [pool[i : i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
    return [batches[i] for i in generator.permutation(len(batches)).tolist()]


def _padded(rows: Sequence[tuple[list[int], list[int]]]) -> tuple[Any, Any, Any]:
    import torch

    width = max(len(ids) for ids, _ in rows)
    ids, attention = (torch.zeros(len(rows), width, dtype=torch.long) for _ in range(2))
    mask = torch.zeros(len(rows), width)
    for number, (pieces, own) in enumerate(rows):
        ids[number, : len(pieces)] = torch.tensor(pieces)
        attention[number, : len(pieces)] = 1
        mask[number, : len(own)] = torch.tensor(own, dtype=torch.float)
    return ids, mask, attention


def export(network: Any, tokenizer_file: Path, out: Path) -> None:
    """Write ``reader.onnx`` (weights in int8, one scale per column), ``tokenizer.json`` and ``reader.json``."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    ids, mask = torch.randint(10, 9000, (1, 40)), torch.ones(1, 40)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        axes = {"ids": {1: "pieces"}, "mask": {1: "pieces"}}
        names = {"input_names": ["ids", "mask"], "output_names": ["scores"], "dynamic_axes": axes}
        torch.onnx.export(network.float(), (ids, mask), str(plain), opset_version=17, dynamo=False, **names)
        quantize_dynamic(str(plain), str(out / "reader.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    shutil.copy(tokenizer_file, out / "tokenizer.json")
    digests = {n: hashlib.sha256((out / n).read_bytes()).hexdigest() for n in ("reader.onnx", "tokenizer.json")}
    description = {"name": out.name, "labels": list(CLAIM_LABELS), "sha256": digests}
    (out / "reader.json").write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def write_held_out(path: Path, examples: Sequence[Example], scores: NDArray[np.float32]) -> None:
    """The table of scores, sorted, by digest of the sentence as it was coded and as it stands in the document now."""
    coded = {s.sentence: s.anchor.whole for s in read_labels().sentences}
    found: dict[str, list[float]] = {}
    for example, values in zip(examples, scores.tolist(), strict=True):
        found[coded[example.sentence]] = values
        found[sentence_key(example.context.text)] = values
    rows = sorted(found.items())
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["whole", *CLAIM_LABELS])
        writer.writerows([key, *(f"{value:.4f}" for value in values)] for key, values in rows)


def main(corpus: Path, base: Path, out: Path) -> None:
    """Tune one reader per fold and the shipped one."""
    from tokenizers import Tokenizer

    examples, _ = find_examples(corpus)
    sentences, soft = [e.context for e in examples], soft_labels(examples, CLAIM_LABELS)
    with tempfile.TemporaryDirectory() as scratch:
        pruned = Path(scratch) / "base"
        prune(base, pruned)
        tokenizer = Tokenizer.from_file(str(pruned / "tokenizer.json"))
        encoded = [encode(tokenizer, sentence) for sentence in sentences]
        place = grouped_folds([e.document for e in examples], soft.argmax(axis=1), FOLDS, SEED)
        scores = np.zeros((len(examples), len(CLAIM_LABELS)), dtype=np.float32)
        for fold in range(FOLDS):
            outside = np.flatnonzero(place != fold).tolist()
            folder = Path(scratch) / f"fold-{fold}"
            export(tune(pruned, [encoded[i] for i in outside], soft[outside]), pruned / "tokenizer.json", folder)
            inside = np.flatnonzero(place == fold).tolist()
            scores[inside] = Reader(folder).scores([sentences[i] for i in inside])
        export(tune(pruned, encoded, soft), pruned / "tokenizer.json", out)
    write_held_out(out / "held_out_scores.csv", examples, scores)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
