"""The program that has scripts read by their own languages inside the sandbox; nothing is run of them.

It is handed to the interpreter as text, and finds what to read in the file that it is told of. It prints one JSON
object: what each file's reader says, by name; an empty text where it says nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

EACH = 5.0  #: seconds for one reader
WORDS = 300  #: characters of what it says
#: Reads every script that it is given, and runs none. A file may be a script or a module where nothing says which;
#: TypeScript is read where there is something to read it with.
NODE = """
const fs = require("fs"), vm = require("vm"), found = {}, arguments_ = ["exports", "require", "module"];
let ts = null;
try { ts = require("typescript"); } catch { }
function typed(text, kind) {
  if (!ts || !ts.createSourceFile) return null;
  const file = ts.createSourceFile("f." + kind, text, ts.ScriptTarget.Latest);
  if (!file.parseDiagnostics.length) return "";
  const first = file.parseDiagnostics[0], line = file.getLineAndCharacterOfPosition(first.start).line + 1;
  return "line " + line + ": " + ts.flattenDiagnosticMessageText(first.messageText, " ");
}
function said(error) {
  const line = /^f:(\\d+)/.exec(error.stack || "");
  return (line ? "line " + line[1] + ": " : "") + error.message;
}
function plain(text, kind) {
  const source = text.replace(/^#!/, "//");
  let script = null, module = null;
  try { vm.compileFunction(source, arguments_, {filename: "f"}); } catch (error) { script = error; }
  if (kind === "commonjs" || (kind !== "module" && !script)) return script ? said(script) : "";
  try { new vm.SourceTextModule(source, {identifier: "f"}); } catch (error) { module = error; }
  if (!module) return "";
  return said(kind === "module" || /import|export|await/.test(script.message) ? module : script);
}
for (const [name, kind, text] of JSON.parse(fs.readFileSync(process.argv[1], "utf8")))
  found[name] = kind === "ts" || kind === "tsx" ? typed(text, kind) : plain(text, kind);
console.log(JSON.stringify(found));
"""


def main(name: str) -> None:
    """Have everything read."""
    given: dict[str, Any] = json.loads(Path(name).read_text("utf-8"))
    found = {script: shell(program, script) for script, program in given["shell"].items()}
    if given["node"]:
        found |= node(given["node"], name)
    json.dump(found, sys.stdout)


def shell(program: str, script: str) -> str | None:
    """What a shell says of a script that it only reads; None where it says nothing of use."""
    try:
        done = subprocess.run([program, "-n", "--", script], capture_output=True, timeout=EACH, check=False)  # noqa: S603  (-n)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    return (
        re.sub(r"^(?=\d+: )", "line ", said.removeprefix(f"{script}: "))[:WORDS] or f"exit {done.returncode}"
        if done.returncode
        else ""
    )


def node(scripts: list[list[str]], name: str) -> dict[str, str | None]:
    """What Node says of each."""
    Path(name).write_text(json.dumps(scripts), "utf-8")
    command = ["node", "--experimental-vm-modules", "--no-warnings", "-e", NODE, name]
    try:
        done = subprocess.run(command, capture_output=True, timeout=EACH * 3, check=True)  # noqa: S603  (ours)
        return {script: error and str(error)[:WORDS] for script, error in json.loads(done.stdout).items()}
    except (OSError, subprocess.SubprocessError, ValueError):
        return dict.fromkeys((script for script, _, _ in scripts), None)


if __name__ == "__main__":
    main(sys.argv[1])
