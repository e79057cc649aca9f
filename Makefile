# Two commands do all on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
READY   = $(VENV)/.ready
WORKERS ?= 2

.PHONY: campaign-backup demo setup smoke test check fix words client corpus bench serve wheel wheel-check campaign-kill campaign-dot campaign-faults campaign-forged campaign-subjects campaign-imap campaign-cyrus campaign-http acceptance docker-check test-versions clean help

help:            ## what there is
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group dev -e .
	@touch $(READY)

demo: $(READY)   ## a whole round trip on embedded defaults: no server, no model, no key
	$(BIN)/mailbot demo

setup: $(READY)  ## the first hour: questions, each answer tried; mailbot.toml, rules and keys are written
	$(BIN)/mailbot init $(ARGS)

smoke: $(READY)  ## the mailbot that serves here must answer a request by SMTP and one by HTTP
	$(BIN)/mailbot smoke $(ARGS)

serve: $(READY)  ## take mail on loopback
	$(BIN)/mailbot serve

test: $(READY)   ## the whole suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope $(ARGS)

check: $(READY)  ## style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_house.py

fix: $(READY)    ## what the formatter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

words: $(READY)  ## the sentences of our mails into every catalog, and the catalogs compiled
	$(BIN)/python -m tests.reply.catalogs
	$(BIN)/python -m pytest -q tests/reply/test_language.py

client: $(READY)  ## the receiver's single file
	$(BIN)/python -m mailbot.client.single docs/mailbot-open.py

bench: $(READY)  ## every figure beside its reference, into docs/benchmarks.md
	$(BIN)/python -m tests.bench

corpus: $(READY)  ## the scores on the real mails beside the project, each held where it was reached
	$(BIN)/python -m pytest -q -rP tests/understand/test_corpus.py tests/understand/test_corpus_auth.py tests/understand/test_corpus_spam.py

campaign-kill: $(READY)  ## kill -9 the real server 50 times under 200 mails
	$(BIN)/python -m tests.campaigns.kill --kills 50 --mails 200

campaign-backup: $(READY) ## backups under load, each put back elsewhere: nothing acknowledged is lost
	$(BIN)/python -m tests.campaigns.backup $(or $(ROUNDS),20)

campaign-dot: $(READY)  ## kill -9 the real server 200 times around the final dot, with the copy route and without
	$(BIN)/python -m tests.campaigns.dot --kills 200 $(ARGS)

campaign-faults: $(READY)  ## every system call of the receiving path fails in turn, or is the last
	$(BIN)/python -m tests.campaigns.faults $(ARGS)

campaign-forged: $(READY)  ## a million forged authors
	$(BIN)/python -m tests.campaigns.forged $(ARGS)

campaign-subjects: $(READY)  ## 50,000 hostile subjects, each answered, each answer read back
	$(BIN)/python -m tests.campaigns.subjects $(ARGS)

campaign-imap: $(READY)  ## an IMAP server that breaks off before, inside and after everything
	$(BIN)/python -m tests.campaigns.imap $(ARGS)

campaign-cyrus: $(READY)  ## the IMAP way in against a Cyrus, fetched from Debian into a temporary folder
	$(BIN)/python -m tests.campaigns.cyrus

campaign-http: $(READY)  ## 100 orders over HTTP under kill -9, and every route by thousands of calls (schemathesis)
	$(BIN)/python -m tests.campaigns.orders --orders 100 --kills 12
	MAILBOT_SCHEMA_EXAMPLES=300 $(BIN)/python -m pytest -q tests/web/test_schema.py

acceptance: $(READY)  ## 60 requests to a real model: make acceptance MODEL=qwen2.5-coder:7b (MODEL=fake: a dry run)
	$(BIN)/python -m tests.campaigns.acceptance --model "$(MODEL)" --url "$(or $(URL),http://127.0.0.1:11434)" $(ARGS)

docker-check: $(READY)  ## the image, built by podman or docker, run read-only and as nobody, asked by mail, stopped and started
	$(BIN)/python -m tests.campaigns.docker $(ARGS)

test-versions: $(READY)  ## the suite without servers on other Pythons: make test-versions PYTHONS="python3.12 python3.13"
	$(BIN)/python -m tests.campaigns.versions $(or $(PYTHONS),python3.12 python3.13) $(ARGS)

wheel: $(READY)  ## dist/*.whl
	rm -rf dist && $(BIN)/python -m build --wheel

wheel-check: wheel  ## the wheel, installed in an empty environment, goes round
	rm -rf build/empty && $(PYTHON) -m venv build/empty
	build/empty/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt dist/mailbot-*.whl
	cd build && empty/bin/mailbot demo > demo.txt && tail -n 3 demo.txt

clean:           ## everything that was made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
