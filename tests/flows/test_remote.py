"""Corpora and runs at URLs, against a server of S3's interface on loopback."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import remote
from flows.parameters import RunParameters
from flows.remote import StoragePlaceError, check_place, fetch_corpus, send_run, send_waiting

pytest.importorskip("s3fs", reason="the extra s3 is not installed")
pytest.importorskip("moto", reason="moto, the server of the tests, is not installed")

pytestmark = pytest.mark.xdist_group("prefect")
BUCKET = "papers"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def storage(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[object]:
    """A client of the server, with one bucket; the environment is what a user sets."""
    import boto3
    import s3fs

    for name, value in (
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "somebody"),
        ("AWS_SECRET_ACCESS_KEY", "something"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("XDG_CACHE_HOME", str(tmp_path / "cache")),
    ):
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


def put(storage: object, **files: str) -> None:
    for name, text in files.items():
        storage.put_object(Bucket=BUCKET, Key=f"corpus/{name}.txt", Body=text.encode())  # type: ignore[attr-defined]


def keys(storage: object, prefix: str) -> list[str]:
    found = storage.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])  # type: ignore[attr-defined]
    return [item["Key"] for item in found]


def test_only_what_is_new_or_changed_is_fetched_and_what_is_gone_goes(storage: object, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    put(storage, a="one", b="two", c="three")
    fetch_corpus(f"s3://{BUCKET}/corpus", folder)
    assert {p.name: p.read_text() for p in folder.glob("*.txt")} == {"a.txt": "one", "b.txt": "two", "c.txt": "three"}
    (folder / "a.txt").write_text("marked: not fetched again")
    put(storage, b="two, changed", d="four")
    storage.delete_object(Bucket=BUCKET, Key="corpus/c.txt")  # type: ignore[attr-defined]
    fetch_corpus(f"s3://{BUCKET}/corpus/", folder)
    assert {p.name: p.read_text() for p in folder.glob("*.txt")} == {
        "a.txt": "marked: not fetched again",
        "b.txt": "two, changed",
        "d.txt": "four",
    }
    assert not list(folder.glob("*.part"))


def test_what_is_no_document_is_left_there(storage: object, tmp_path: Path) -> None:
    put(storage, a="one")
    storage.put_object(Bucket=BUCKET, Key="corpus/data.bin", Body=b"\0")  # type: ignore[attr-defined]
    fetch_corpus(f"s3://{BUCKET}/corpus", tmp_path / "here")
    assert not (tmp_path / "here" / "data.bin").exists()


@pytest.mark.parametrize("place", ["nowhere/corpus", f"{BUCKET}/empty"])
def test_a_place_with_nothing_in_it_is_one_line_that_names_it(storage: object, tmp_path: Path, place: str) -> None:
    with pytest.raises(StoragePlaceError, match=f"^s3://{place}: ") as caught:
        fetch_corpus(f"s3://{place}", tmp_path / "here")
    assert "\n" not in str(caught.value)


def test_run_json_is_sent_last(storage: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import s3fs

    run = tmp_path / "20260101-000000-abcdef"
    (run / "site").mkdir(parents=True)
    for name in ("run.json", "a.csv", "z.parquet", "site/index.html"):
        (run / name).write_text(name)
    sent: list[str] = []
    put_file = s3fs.S3FileSystem.put_file

    def noting(self: object, local: str, target: str, **more: object) -> object:
        sent.append(Path(local).relative_to(run).as_posix())
        return put_file(self, local, target, **more)

    monkeypatch.setattr(s3fs.S3FileSystem, "put_file", noting)
    assert send_run(run, f"s3://{BUCKET}/runs/") == f"s3://{BUCKET}/runs/{run.name}"
    assert sorted(sent) == ["a.csv", "run.json", "site/index.html", "z.parquet"]
    assert sent[-1] == "run.json"
    assert keys(storage, f"runs/{run.name}/") == [f"runs/{run.name}/{name}" for name in sorted(sent)]


def test_a_run_that_could_not_be_sent_waits(storage: object, tmp_path: Path) -> None:
    run, waiting = tmp_path / "one", tmp_path / "waiting"
    for folder in (run, waiting):
        folder.mkdir()
    (run / "run.json").write_text("{}")
    (waiting / "one").touch()
    (waiting / "never-finished").touch()
    with pytest.raises(StoragePlaceError, match="is sent next time"):
        send_waiting(tmp_path, waiting, "s3://no-such-bucket/runs")
    assert (waiting / "one").exists()
    send_waiting(tmp_path, waiting, f"s3://{BUCKET}/runs")
    assert keys(storage, "runs/") == ["runs/one/run.json"]
    assert list(waiting.iterdir()) == []


def test_without_the_extra_there_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec  # noqa: F401 - its module of that name hides behind an attribute

    for name in ("s3", "s3a"):
        monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, name, raising=False)
    monkeypatch.setitem(sys.modules, "s3fs", None)  # type: ignore[arg-type]  # Python's way to say: not installed
    with pytest.raises(StoragePlaceError, match=r"pip install 'halfloop\[s3\]'") as caught:
        check_place(f"s3://{BUCKET}/runs")
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("prefect_api")
def test_a_run_from_storage_to_storage(storage: object, tmp_path: Path) -> None:
    from flows.corpus_run import corpus_run

    put(storage, one="Lack of funding was a barrier to joint working.", two="Best practice will be rolled out.")
    urls = {"corpus": f"s3://{BUCKET}/corpus", "out": f"s3://{BUCKET}/runs"}
    first = corpus_run(RunParameters(**urls, site=False, workers=1))
    assert (first.totals.documents, first.totals.failed) == (2, 0)
    there = keys(storage, "runs/")
    assert there == sorted(f"runs/{first.run_id}/{path.name}" for path in first.folder.iterdir())
    body = storage.get_object(Bucket=BUCKET, Key=f"runs/{first.run_id}/documents.csv")["Body"]  # type: ignore[attr-defined]
    assert body.read() == (first.folder / "documents.csv").read_bytes()
    record = json.loads((first.folder / "run.json").read_text())
    assert record["parameters"]["corpus_path"] == urls["corpus"]
    assert corpus_run(RunParameters(**urls, site=False, workers=1)).nothing_new
    put(storage, two="Best practice was shared.")
    second = corpus_run(RunParameters(**urls, site=False, workers=1))
    assert (second.changes.changed, second.changes.unchanged, second.computed) == (("two",), 1, 1)
    assert f"runs/{second.run_id}/run.json" in keys(storage, f"runs/{second.run_id}/")
    assert not first.folder.exists(), "it is kept at its URL"
    assert second.folder.is_relative_to(remote.work_folder(urls["out"]))
