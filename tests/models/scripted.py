"""Models whose weights are a script: a real engine with chosen answers, made without any that were downloaded.

    python -m tests.models.scripted FOLDER

writes them as GGUF files with a Modelfile each, and says how to give them to an Ollama. The fakes play the same ones.

One layer of llama, without position and with one-hot embeddings: attention copies a bit for each keyword of the prompt
to every place, the output is a chain of unique pieces of text, and the first piece is chosen by the bits.
"""

from __future__ import annotations

import itertools
import math
import struct
import sys
from array import array
from pathlib import Path

from tests.models.fake_ollama import Scripted

GOOD = '''Here is the app.

=== FILE: app.py ===
import sys


def main(argv):
    """Print a list of jobs."""
    for number, item in enumerate(argv, 1):
        print(f"{number}. {item}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
=== END FILE ===
=== FILE: README.md ===
# Jobs

Run `python app.py milk eggs`.
=== END FILE ===
'''
BROKEN = "=== FILE: app.py ===\ndef main(:\n    pass\n=== END FILE ===\n"
REPAIRED = "=== FILE: app.py ===\ndef main():\n    print(1)\n=== END FILE ===\n"
KEYWORD = "SyntaxError"  #: stands in no prompt of ours, only in what a check says
ENDLESS = "\n".join(f"Line {number}, and {number * number} more to come." for number in range(1, 60))
MODELS = {
    "good": Scripted(default=GOOD, context=16_384),
    "repair": Scripted(default=BROKEN, scripts={KEYWORD: REPAIRED}, context=16_384),
    "endless": Scripted(default=ENDLESS, endless=True, context=16_384),
    "small": Scripted(default=GOOD, context=2_048, native=True),
}
_SPECIAL = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
_TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
NEWLINE = len(_SPECIAL) + 0x0A  #: the token that closes the head of an answer
_UNKNOWN, _NORMAL, _CONTROL, _OWN, _BYTE = 2, 1, 3, 4, 6


class _Words:
    """The vocabulary: every piece of every script is a token of its own."""

    def __init__(self, model):
        self.words = [*_SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256))]
        self.types = [_UNKNOWN, _CONTROL, _CONTROL, _OWN, _CONTROL, *[_BYTE] * 256]
        for word in ["\u2581", *map(chr, range(33, 127))]:
            self.add(word, _NORMAL)
        self.keywords = [self.add(word, _OWN) for word in model.scripts]
        self.chains = [self._chain(text) for text in (model.default, *model.scripts.values())]

    def add(self, word, kind):
        self.words.append(word)
        self.types.append(kind)
        return len(self.words) - 1

    def _chain(self, text):
        text, at, chain = text.replace(" ", "\u2581"), 0, []
        seen = set(self.words)
        while at < len(text):
            size = 24
            while text[at : at + size] in seen and at + size < len(text):
                size += 1
            word = text[at : at + size]
            while word in seen:
                word += "\u200b"  # the last resort: it cannot be seen
            seen.add(word)
            chain.append(self.add(word, _NORMAL))
            at += size
        return chain


def gguf(model):
    """The file of a scripted model."""
    known = _Words(model)
    parts = [NEWLINE, *(token for chain in known.chains for token in chain), *known.keywords]
    place = {token: at for at, token in enumerate(parts)}
    wide, many = math.ceil((len(parts) + len(known.keywords) + 1) / 64) * 64, len(known.words)
    embedded, output, values, kept = (array("f", bytes(4 * rows * wide)) for rows in (many, many, wide, wide))
    for token in range(many):
        embedded[token * wide + place.get(token, wide - 1)] = 1.0
    _choose(output, wide, known, place, endless=model.endless)
    for bit, keyword in enumerate(known.keywords, len(parts)):
        values[bit * wide + place[keyword]] = 1.0
    for at in range(wide):
        kept[at * wide + at] = 1.0
    tensors = {
        "token_embd.weight": (embedded, wide, many),
        "output.weight": (output, wide, many),
        "output_norm.weight": (_ones(wide), wide),
        "blk.0.attn_norm.weight": (_ones(wide), wide),
        "blk.0.ffn_norm.weight": (_ones(wide), wide),
        "blk.0.attn_q.weight": (_none(wide * wide), wide, wide),
        "blk.0.attn_k.weight": (_none(wide * wide), wide, wide),
        "blk.0.attn_v.weight": (values, wide, wide),
        "blk.0.attn_output.weight": (kept, wide, wide),
        "blk.0.ffn_gate.weight": (_none(64 * wide), wide, 64),
        "blk.0.ffn_up.weight": (_none(64 * wide), wide, 64),
        "blk.0.ffn_down.weight": (_none(64 * wide), 64, wide),
    }
    return _file(_facts(model, known, wide), tensors)


def _choose(output, wide, known, place, *, endless):
    """What follows what, by so wide a margin that no temperature changes it; a later keyword weighs more."""
    sure = 1e6
    for number, chain in enumerate(known.chains):
        output[chain[0] * wide + place[NEWLINE]] = sure + (0.0 if number else 4.0)
        if number:
            output[chain[0] * wide + len(place) + number - 1] = 4e4 * 8.0 ** (number - 1)
        for before, after in itertools.pairwise(chain):
            output[after * wide + place[before]] = 4 * sure
        output[(chain[0] if endless else 2) * wide + place[chain[-1]]] = 4 * sure


def _ones(size):
    return array("f", [1.0] * size)


def _none(size):
    return array("f", bytes(4 * size))


def _facts(model, known, wide):
    heads = wide // 64
    return {
        "general.architecture": "llama",
        "general.name": "scripted",
        "general.file_type": 0,
        "llama.context_length": model.context,
        "llama.embedding_length": wide,
        "llama.block_count": 1,
        "llama.feed_forward_length": 64,
        "llama.attention.head_count": heads,
        "llama.attention.head_count_kv": heads,
        "llama.attention.layer_norm_rms_epsilon": 1e-6,
        "llama.rope.dimension_count": 64,
        "llama.vocab_size": len(known.words),
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": known.words,
        "tokenizer.ggml.scores": [-float(at) for at in range(len(known.words))],
        "tokenizer.ggml.token_type": known.types,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.chat_template": _TEMPLATE,
    }


def _file(facts, tensors):
    """GGUF, version 3: what is known, what there is, and the numbers, each at a multiple of 32 bytes."""
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(facts))
    head += b"".join(_text(key) + _value(value) for key, value in facts.items())
    data = bytearray()
    for name, (numbers, *shape) in tensors.items():
        head += _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        data += numbers.tobytes()
        data += bytes(-len(data) % 32)
    return head + bytes(-len(head) % 32) + bytes(data)


def _text(text):
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value):
    if isinstance(value, list):
        kind = _plain(value[0])[0]
        kind = 5 if kind == 4 else kind  # signed, as an engine wants its types of tokens
        return struct.pack("<IIQ", 9, kind, len(value)) + b"".join(_plain(one)[1] for one in value)
    kind, raw = _plain(value)
    return struct.pack("<I", kind) + raw


def _plain(value):
    if isinstance(value, bool):
        return 7, struct.pack("<?", value)
    if isinstance(value, int):
        return 4, struct.pack("<I", value)
    if isinstance(value, float):
        return 6, struct.pack("<f", value)
    return 8, _text(value)


def write(folder):
    """Write all of them; return the lines that tell what to do with them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, model in MODELS.items():
        (folder / f"{name}.gguf").write_bytes(gguf(model))
        (folder / f"{name}.Modelfile").write_text(f"FROM ./{name}.gguf\n", "utf-8")
        lines.append(f"ollama create mailbot-{name} -f {folder / name}.Modelfile")
    named = ",".join(f"{name}=mailbot-{name}" for name in MODELS)
    return [
        *lines,
        "export MAILBOT_TEST_OLLAMA_URL=http://127.0.0.1:11434",
        f"export MAILBOT_TEST_OLLAMA_MODELS={named}",
    ]


if __name__ == "__main__":
    print("\n".join(write(Path(sys.argv[1]))))
