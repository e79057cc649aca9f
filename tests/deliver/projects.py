"""Two hundred projects as models make them: eleven stacks, with images, binaries and archives; always the same ones."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile

PNG = b"\x89PNG\r\n\x1a\n"
HTML = (
    "<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>T</title>\n"
    '<link rel="stylesheet" href="style.css"></head>\n'
    '<body><h1>T</h1>{more}<script src="app.js"></script></body></html>\n'
)


def words(rng: random.Random, mark: str = "#") -> bytes:
    """Some lines of source."""
    lines = [f"{mark} line {rng.randrange(10**6)} does {rng.choice('abcdef')}" for _ in range(rng.randrange(2, 40))]
    return "\n".join(lines).encode() + (b"\n" if rng.random() < 0.8 else b"")


def node(rng: random.Random) -> dict[str, bytes]:
    """A server with a page."""
    files = {"server.js": words(rng, "//"), "package.json": b'{"name": "x"}\n', "public/index.html": b"<h1>Hi\n"}
    files[rng.choice(["lib/util.mjs", "src/app.ts", "src/view.jsx", "lib/a.cjs"])] = words(rng, "//")
    if rng.random() < 0.3:
        files["run.cmd"] = b"@echo off\r\nnode server.js\r\n"
    return files


def python(rng: random.Random) -> dict[str, bytes]:
    """A tool with tests."""
    files = {"app.py": words(rng), "tests/test_app.py": words(rng), "requirements.txt": b"flask\n"}
    if rng.random() < 0.4:
        files |= {"start.bat": b"python app.py\r\n", "run.sh": b"#!/bin/sh\npython3 app.py\n"}
    return files


def static(rng: random.Random) -> dict[str, bytes]:
    """A page in three files; sometimes one that is loaded in pieces."""
    more = '<img src="logo.png">' if rng.random() < 0.5 else ""
    script = rng.choice([b"document.title = 'x'\n", b"fetch('data.json').then(a => a)\n"])
    page = {"index.html": HTML.format(more=more).encode(), "style.css": b"h1 { color: red }\n", "app.js": script}
    return page | ({"logo.png": PNG + rng.randbytes(60)} if more else {})


def go(rng: random.Random) -> dict[str, bytes]:
    """With a file that is called after a site."""
    return {"go.mod": b"module x\n", "main.go": words(rng, "//"), "sites/example.com": words(rng), "web/app.js": b"1\n"}


def rust(rng: random.Random) -> dict[str, bytes]:
    """With a binary beside it."""
    return {"Cargo.toml": b"[package]\n", "src/main.rs": words(rng, "//"), "build.rs": b"fn main() {}\n"}


def java(rng: random.Random) -> dict[str, bytes]:
    """With the wrapper of Gradle."""
    jar = packed({"META-INF/MANIFEST.MF": b"x\n", "org/gradle/Main.class": rng.randbytes(300)})
    wrapper = {"gradlew": b"#!/bin/sh\n", "gradlew.bat": b"@rem\r\n", "gradle/wrapper/gradle-wrapper.jar": jar}
    return {"build.gradle": b"plugins {}\n", "src/main/java/App.java": words(rng, "//"), **wrapper}


def elixir(rng: random.Random) -> dict[str, bytes]:
    """Whose sources end as programs of old did."""
    return {"mix.exs": words(rng), "lib/app.ex": words(rng), "lib/app/web.ex": words(rng), "assets/js/app.js": b"1\n"}


def dotnet(rng: random.Random) -> dict[str, bytes]:
    """With a library."""
    files = {"App.csproj": b"<Project/>\n", "Program.cs": words(rng, "//")}
    return files | ({"lib/Native.dll": b"MZ" + rng.randbytes(500)} if rng.random() < 0.5 else {})


def php(rng: random.Random) -> dict[str, bytes]:
    """A site."""
    return {"index.php": b"<?php\n" + words(rng, "//"), "public/site.js": words(rng, "//"), "composer.json": b"{}\n"}


def ruby(rng: random.Random) -> dict[str, bytes]:
    """A small server."""
    return {"app.rb": words(rng), "Gemfile": b"source 'x'\n", "config.ru": b"run App\n", "bin/setup.cmd": b"x\r\n"}


def data(rng: random.Random) -> dict[str, bytes]:
    """A script and archives that it reads, with names in them that are refused."""
    files = {"load.py": words(rng), "notes.md": words(rng)}
    if rng.random() < 0.5:
        return files | {"fixtures.zip": packed({"old/run.exe": b"MZ", "a.csv": b"1,2\n"})}
    return files | {"fixtures.tar.gz": tarred({"site/app.js": b"1\n"})}


STACKS = (node, python, static, go, rust, java, elixir, dotnet, php, ruby, data)


def projects(count: int = 200) -> list[tuple[str, dict[str, bytes]]]:
    """Name and files of each."""
    made = []
    for number in range(count):
        rng, stack = random.Random(number), STACKS[number % len(STACKS)]
        files = {**stack(rng), "README.md": words(rng)}
        if rng.random() < 0.3:
            files["images/logo.png"] = PNG + rng.randbytes(rng.randrange(50, 3_000))
        made.append((f"{stack.__name__}-{number}", files))
    return made


def packed(files: dict[str, bytes]) -> bytes:
    """A zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    """A tar.gz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)
