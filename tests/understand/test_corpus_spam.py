"""Real spam and real mail beside the project, where there are any: judged by words that were not learned from it.

The mails are parted into folds, those alike into the same one; each is judged by a model of the other folds, and by
the scorer that lies beside the mails.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys

import pytest

from tests.campaigns.train_spam import CASES, examples, folds, judged, mails, requests

ADAPTER = """
import hashlib, json
SCORES = json.load(open({scores!r}))

def spam_score(raw):
    return SCORES[hashlib.sha256(raw).hexdigest()]
"""

#: Percent held: at least, at most, at most. With three ways to fold it is 95.5 to 96.3, 0 and 4.9 at most.
SPAM, PEOPLE, HARD = 95.0, 0.2, 5.0

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="no folder of real mails lies beside the project")


@pytest.mark.timeout(600)
def test_the_score_on_mail_that_was_not_learned(tmp_path):
    """Nearly all spam is held, nobody's mail is, and few newsletters are."""
    found = examples(mails())
    said = dict(judged(found, folds(found), examples(requests())))
    scores = {hashlib.sha256(mail.raw).hexdigest(): said[mail.name] for mail in found}
    (tmp_path / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    (tmp_path / "adapter.py").write_text(ADAPTER.format(scores=str(tmp_path / "scores.json")), encoding="utf-8")
    command = [sys.executable, str(CASES.parent / "score" / "spam.py"), str(tmp_path / "adapter.py")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = re.findall(r"^(\w+) +held or dropped .* = ([\d.]+)%", told, re.MULTILINE)
    share = {kind: float(value) for kind, value in lines}
    assert share["spam"] >= SPAM, told
    assert share["ham"] <= PEOPLE, told
    assert share["hard"] <= HARD, told
