"""Fills and tidies the cache of model weights; runs in a Job, and in a CronJob.

`weights.py load` downloads SOURCE into DIRECTORY/TARGET, verifies every file against the checksum that the source gives,
and writes the marker that servers wait for. It goes on where an earlier try stopped, and does nothing if the marker is
there. `weights.py prune` deletes directories that are in nobody's use for RETENTION_DAYS.
"""

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

MARKER = ".complete"
UNUSED = ".unused-since"
CHUNK = 16 * 1024 * 1024


def digest(path, kind):
    size = path.stat().st_size
    checksum = hashlib.sha256() if kind == "sha256" else hashlib.sha1(f"blob {size}\0".encode())
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            checksum.update(part)
    return checksum.hexdigest()


def load_hub(repository, revision, target):
    """Files of a repository; large ones carry a SHA-256, the others git's own checksum."""
    from huggingface_hub import HfApi, snapshot_download

    patterns = json.loads(os.environ.get("FILES", "null"))
    snapshot_download(repository, revision=revision, local_dir=target, allow_patterns=patterns)
    details = HfApi().model_info(repository, revision=revision, files_metadata=True)
    sizes = {}
    for file in details.siblings:
        path = target / file.rfilename
        if not path.exists() and patterns:
            continue
        kind, wanted = ("sha256", file.lfs.sha256) if file.lfs else ("git", file.blob_id)
        if digest(path, kind) != wanted:
            path.unlink()
            raise SystemExit(f"{file.rfilename} has another checksum than the hub says; deleted it, to try again")
        sizes[file.rfilename] = path.stat().st_size
    return sizes


def load_bucket(bucket, prefix, target):
    """Objects below a prefix; S3 is asked for the checksum that it keeps, which the client compares."""
    import boto3

    client = boto3.client("s3")
    sizes = {}
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix.rstrip("/") + "/")
    for page in pages:
        for item in page.get("Contents", []):
            name = item["Key"][len(prefix.rstrip("/")) + 1 :]
            path = (target / name).resolve()
            if not name or name.endswith("/") or not path.is_relative_to(target.resolve()):
                continue
            sizes[name] = item["Size"]
            if path.exists() and path.stat().st_size == item["Size"]:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(path.name + ".partial")
            client.download_file(bucket, item["Key"], str(partial), ExtraArgs={"ChecksumMode": "ENABLED"})
            if partial.stat().st_size != item["Size"]:
                raise SystemExit(f"{name} has {partial.stat().st_size} bytes, and S3 says {item['Size']}")
            partial.replace(path)
    return sizes


def is_complete(target):
    marker = target / MARKER
    if not marker.exists():
        return False
    sizes = json.loads(marker.read_text())["files"]
    return all((target / name).exists() and (target / name).stat().st_size == size for name, size in sizes.items())


def load(directory):
    source, revision = os.environ["SOURCE"], os.environ.get("REVISION") or None
    target = directory / os.environ["TARGET"]
    target.mkdir(parents=True, exist_ok=True)
    (target / UNUSED).unlink(missing_ok=True)
    if is_complete(target):
        print(f"{source} is complete; nothing to do")
        return
    (target / MARKER).unlink(missing_ok=True)
    url = urlsplit(source)
    if url.scheme == "hf":
        sizes = load_hub(f"{url.netloc}{url.path}", revision, target)
    else:
        sizes = load_bucket(url.netloc, url.path.lstrip("/"), target)
    if not sizes:
        raise SystemExit(f"{source} has no files")
    shutil.rmtree(target / ".cache", ignore_errors=True)
    partial = target / (MARKER + ".partial")
    partial.write_text(json.dumps({"source": source, "revision": revision, "files": sizes}))
    partial.replace(target / MARKER)
    print(f"{source}: {len(sizes)} files, {sum(sizes.values())} bytes, verified")


def prune(directory):
    kept = set(json.loads(os.environ["KEPT"]))
    age = float(os.environ["RETENTION_DAYS"]) * 24 * 3600
    for target in sorted(directory.iterdir()):
        since = target / UNUSED
        if not target.is_dir() or target.name == "lost+found":
            continue
        if target.name in kept:
            since.unlink(missing_ok=True)
        elif not since.exists():
            since.write_text("")
            print(f"{target.name} is not used any more")
        elif time.time() - since.stat().st_mtime > age:
            shutil.rmtree(target)
            print(f"{target.name} was not used for {os.environ['RETENTION_DAYS']} days; deleted")


if __name__ == "__main__":
    os.umask(0o022)
    {"load": load, "prune": prune}[sys.argv[1]](Path(os.environ["DIRECTORY"]))
