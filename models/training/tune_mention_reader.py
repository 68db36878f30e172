"""How the mention reader was made; needs torch, transformers and onnx, which the project itself never installs.

    python -m models.training.tune_mention_reader LABELS CORPUS BASE OUT

LABELS holds the sentences of coders A and B, BASE the public weights of all-MiniLM-L6-v2. One reader is tuned per fold
of documents, which reads A's and B's sentences of its own fold (``held_out.npz``), and one on everything, which is
shipped. Fitting the filter and the joint decision afterwards needs none of this: it takes those readings.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.codebook import load_codebook
from corpus.codings import read_labels
from corpus.manifest import read_manifest
from models.tagger import Tagger
from models.tagging.gold import GoldSentence, read_gold
from models.tagging.held_out import FILE, sentence_key, write_held_out
from models.tagging.reader import Labels, MentionReader
from models.training.folds import grouped_folds
from models.training.mention_examples import READ_FOR, MentionExample, example_of, find_coded
from models.training.mention_reader_export import LONGEST, export_flat, flat_network
from models.training.project import read_document
from models.training.reader_student import prune

LAYERS = (0, 1, 2, 3, 4, 5)
FOLDS, EPOCHS, BATCH, RATE, SEED = 3, 3, 16, 1.5e-4, 7
MARKED, SENTENCE, KIND = 2.0, 0.3, 0.15  # weight of a marked piece; of the sentence's and the kinds' part of the loss
MARKERS = {"": "[CLS]", "M": "m", "N": "n"}


def tune(folder: Path, examples: Sequence[MentionExample], labels: Labels, tokenizer: Any) -> Any:
    """A network tuned on examples; word embeddings stay as they are, easy sentences are seen half as often."""
    import torch
    from transformers import AutoModel, get_linear_schedule_with_warmup

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    groups = _groups(labels)
    network = _network(AutoModel.from_pretrained(folder, add_pooling_layer=False), groups[-1][1], len(labels.codes))
    for parameter in network.encoder.embeddings.parameters():
        parameter.requires_grad = False
    inside = [p for p in network.encoder.parameters() if p.requires_grad]
    heads = [*network.pieces.parameters(), *network.whole.parameters()]
    optimizer = torch.optim.AdamW([{"params": inside, "lr": RATE}, {"params": heads, "lr": 1e-3}], weight_decay=0.01)
    easy = sum(e.easy for e in examples)
    steps = -(-len(examples) // BATCH) + (EPOCHS - 1) * -(-(len(examples) - easy // 2) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, int(0.06 * steps), steps)
    generator = np.random.default_rng(SEED)
    network.train()
    for epoch in range(EPOCHS):
        for batch in _batches(examples, generator, epoch > 0):
            loss = _loss(network, [examples[i] for i in batch], labels, tokenizer)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


def _groups(labels: Labels) -> list[tuple[int, int]]:
    """Columns of the scores that compete with one another: subcodes of each code, locus, status."""
    at = 3 * len(labels.codes)
    sizes = [sum(s.startswith(code + ".") for s in labels.subcodes) for code in labels.codes]
    out = []
    for size in (*sizes, len(labels.locus), len(labels.status)):
        out.append((at, at + size))
        at += size
    return out


def _network(encoder: Any, width: int, codes: int) -> Any:
    import torch

    class Network(torch.nn.Module):  # type: ignore[misc]
        """Encoder, scores of each piece, and scores of the sentence from the mean and the first piece."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.drop = torch.nn.Dropout(0.1)
            self.pieces = torch.nn.Linear(encoder.config.hidden_size, width)
            self.whole = torch.nn.Linear(2 * encoder.config.hidden_size, codes)

        def forward(self, ids: Any, attention: Any) -> Any:
            states = self.drop(self.encoder(input_ids=ids, attention_mask=attention).last_hidden_state)
            share = attention.float() / attention.float().sum(1, keepdim=True)
            mean = (states * share.unsqueeze(-1)).sum(1)
            return self.pieces(states.float()), self.whole(torch.cat([mean, states[:, 0]], 1).float())

    return Network()


def _batches(examples: Sequence[MentionExample], generator: np.random.Generator, fewer: bool) -> list[list[int]]:
    kept = [i for i, e in enumerate(examples) if not (fewer and e.easy and generator.random() < 0.5)]
    order = [kept[i] for i in generator.permutation(len(kept)).tolist()]
    pools = [
        sorted(order[i : i + BATCH * 16], key=lambda i: len(examples[i].pieces))
        for i in range(0, len(order), BATCH * 16)
    ]
    batches = [pool[i : i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
    return [batches[i] for i in generator.permutation(len(batches)).tolist()]


def _loss(network: Any, batch: Sequence[MentionExample], labels: Labels, tokenizer: Any) -> Any:
    import torch

    count, width, codes = len(batch), max(len(e.pieces) for e in batch) + 2, len(labels.codes)
    ids, attention = (torch.zeros(count, width, dtype=torch.long) for _ in range(2))
    tags, whole = torch.zeros(count, width, codes, 3), torch.zeros(count, codes)
    kinds = torch.zeros(count, width, batch[0].kinds.shape[1])
    stop = tokenizer.token_to_id("[SEP]")
    for row, e in enumerate(batch):
        n = len(e.pieces)
        ids[row, : n + 2] = torch.tensor([tokenizer.token_to_id(MARKERS[e.marker]), *e.pieces, stop])
        attention[row, : n + 2] = 1
        tags[row, 1 : n + 1] = torch.tensor(e.tags) * e.weight
        kinds[row, 1 : n + 1] = torch.tensor(e.kinds)
        whole[row] = torch.tensor(e.sentence)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        pieces, sentence = network(ids, attention)
    scored = torch.log_softmax(pieces[:, :, : 3 * codes].reshape(count, width, codes, 3), -1)
    loss = -(tags * scored * torch.tensor([1.0, MARKED, MARKED])).sum() / count / 10
    each = torch.nn.functional.binary_cross_entropy_with_logits(sentence, whole, reduction="none").sum(1)
    loss = loss + SENTENCE * (each * torch.tensor([e.weight for e in batch])).mean()
    for first, last in _groups(labels):
        said = kinds[:, :, first - 3 * codes : last - 3 * codes]
        loss = loss - KIND * (said * torch.log_softmax(pieces[:, :, first:last], -1)).sum() / count / 3
    return loss


def _flat(network: Any) -> Any:
    return flat_network(network.encoder, network.pieces, network.whole)


def labels_of_codebook() -> Labels:
    """The codes that coders read for, with their subcodes and attributes."""
    by_name = load_codebook().by_name
    subcodes = tuple(f"{code}.{sub.name}" for code in READ_FOR for sub in by_name[code].subcodes)
    return Labels(
        READ_FOR, subcodes, ("policy", "local", "unclear"), ("asserted", "negated", "resolved", "hypothetical")
    )


def main(gold: Path, corpus: Path, base: Path, out: Path) -> None:
    """Tune one reader per fold and the shipped one."""
    from tokenizers import Tokenizer

    labels = labels_of_codebook()
    rows = read_manifest(corpus).rows
    sentences: list[tuple[str, GoldSentence]] = [("", s) for s in read_gold(gold)]
    sentences += find_coded(read_labels(), rows, lambda row: read_document(corpus, row))
    proposed = Tagger(load_codebook(), None).candidates([s.text for _, s in sentences])
    with tempfile.TemporaryDirectory() as scratch:
        pruned = Path(scratch) / "base"
        prune(base, pruned, LAYERS)
        tokenizer = Tokenizer.from_file(str(pruned / "tokenizer.json"))
        examples = []
        for (marker, s), own in zip(sentences, proposed, strict=True):
            e = tokenizer.encode(s.text, add_special_tokens=False)
            hit = any(c.code in labels.codes for c in own)
            examples.append(example_of(s, marker, e.ids[:LONGEST], e.offsets[:LONGEST], labels, proposed=hit))
        kind = np.array([int(e.sentence.argmax()) + 1 if e.sentence.any() else 0 for e in examples])
        place = grouped_folds([e.document for e in examples], kind, FOLDS, SEED)
        readings = {}
        for fold in range(FOLDS):
            folder = Path(scratch) / f"fold-{fold}"
            network = tune(pruned, [e for e, f in zip(examples, place, strict=True) if f != fold], labels, tokenizer)
            export_flat(_flat(network), pruned / "tokenizer.json", labels, folder)
            inside = [s for (marker, s), f in zip(sentences, place, strict=True) if f == fold and not marker]
            read = MentionReader(folder).read([s.text for s in inside])
            readings.update({sentence_key(s.text): r for s, r in zip(inside, read, strict=True)})
        network = tune(pruned, examples, labels, tokenizer)
        export_flat(_flat(network), pruned / "tokenizer.json", labels, out)
    write_held_out(out / FILE, readings)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:5]))
