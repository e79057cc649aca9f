"""The loop that makes or changes a project: plan, files, checks, repairs, and an honest end.

Only what fails is repaired. The loop ends when all holds, when a try fails just as an earlier one did, when no repair
is left, or at the caps of the request; then the best draft decides what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.build.answer import was_cut
from mailbot.build.asking import asked
from mailbot.build.brought import brought
from mailbot.build.caps import capped
from mailbot.build.data import placed
from mailbot.build.drafts import Course
from mailbot.build.drafts import Try as Tried_
from mailbot.build.judge import judged, judging_brief, with_readings
from mailbot.build.ledger import accepted, as_ordered
from mailbot.build.moves import Ask, Brief, Move, Said, Spoken, Tried, Try, Turn, brief_of
from mailbot.build.outline import Outline, outline_of, pays
from mailbot.domain.intent import Kind
from mailbot.domain.project import Finding, Project, Report, Result, Tree
from mailbot.domain.request import Admitted, Asked, Built, GaveUp

_NOTHING: Final = "the model's answer held no file that could be used"


def build(order: Admitted, turns: Sequence[Turn], project: Project, every: Sequence[Turn]) -> Move:
    """The next move; *every* turn of the request counts for its caps, also those that count for nothing else."""
    project, changed = as_ordered(order, project)
    before = _before(order, project)
    outline, turns = _planned(turns, before, order, project)
    turns, reading = _read(turns, order, project, before)
    course = _course(order, turns, project, before)
    course = replace(course, added=(*changed, *course.added))
    brief = _after(course, _brief(course, outline), outline)
    spent = capped(order, every)
    match turns:
        case []:
            first = (
                outline is None and not any(isinstance(turn, Said) for turn in every) and pays(order.intent, project)
            )
            return GaveUp(reason=spent) if spent else Ask(brief=replace(brief, outline=first))
        case [*_, Said(asks=[_, *_]) as said]:
            return Asked(questions=said.asks, options=said.options)
        case [*_, Said() as said]:
            return _after_words(course, brief, said, spent)
        case [*_, Said(), Tried()]:
            return _after_checks(course, brief, spent, reading)
        case _:
            raise AssertionError(f"turns out of order: {[type(turn).__name__ for turn in turns]}")


def _before(order: Admitted, project: Project) -> Tree:
    """The files that stand, with the data of this mail among them."""
    head = project.head
    stands: Tree = head.draft.files if head else brought(order.inputs) if order.intent.kind is Kind.FIX else {}
    return {**stands, **placed(order.inputs)}


def _planned(
    turns: Sequence[Turn], before: Tree, order: Admitted, project: Project
) -> tuple[Outline | None, Sequence[Turn]]:
    """The plan and the turns behind it. An answer that was to be one, and is neither that nor files, is passed over."""
    if not turns or not isinstance(first := turns[0], Said) or not pays(order.intent, project):
        return None, turns
    if found := outline_of(first.text, before):
        return found, turns[1:]
    if first.asks or asked(first, order, 0) or _course(order, turns[:1], project, before).usable():
        return None, turns
    return Outline(), turns[1:]


def _read(turns: Sequence[Turn], order: Admitted, project: Project, before: Tree) -> tuple[Sequence[Turn], Said | None]:
    """The turns without the judgement on the last draft, and that judgement: what follows good checks is no answer."""
    match turns:
        case [*_, Said(), Tried(), Said() as reading]:
            held = _course(order, turns[:-1], project, before).tries[-1].found.good
            return (turns[:-1], reading) if held else (turns, None)
        case _:
            return turns, None


def _course(order: Admitted, turns: Sequence[Turn], project: Project, before: Tree) -> Course:
    said = next((turn for turn in reversed(turns) if isinstance(turn, Said)), None)
    new = accepted(order, project, said.checks if said else ())
    return Course(
        order=order,
        project=project,
        before=before,
        turns=turns,
        checks=(*project.in_force, *new),
        added=new,
        locked=tuple(placed(order.inputs)),
    )


def _brief(course: Course, outline: Outline | None) -> Brief:
    order, project = course.order, course.project
    data = tuple(placed(order.inputs))
    shown = {path: content for path, content in course.before.items() if path not in data}
    return replace(
        brief_of(order),
        title=order.intent.title or project.title,
        files=shown,
        checks=project.in_force,
        placed=data,
        wanted=outline.wanted if outline else (),
        planned=outline.lines if outline else (),
        may_ask=not course.turns and not order.intent.chosen and outline is None,
    )


def _after(course: Course, brief: Brief, outline: Outline | None) -> Brief:
    """*brief* as a further turn of the talk that the first answer of this request began."""
    if not course.said or course.said[0].maker.kind != "model":
        return brief
    first = _brief(replace(course, turns=()), outline)
    return replace(brief, before=Spoken(brief=first, answer=course.said[0].text))


def _after_words(course: Course, brief: Brief, said: Said, spent: str) -> Move:
    """The model answered: its files are tried, its question is asked, or it is asked again."""
    if course.usable():
        if _unfinished(course, said) and not spent:
            return _again(course, brief, said)
        return Try(files=course.files, checks=course.checks)
    if questions := asked(said, course.order, len(course.said) - 1):
        return Asked(questions=questions)
    if said.not_done and brief.files:
        return Asked(questions=tuple(f"I did not understand: {line}" for line in said.not_done), options=said.options)
    if spent or len(course.said) > course.order.repairs or _same_words(course):
        return _ended(course, spent)
    return _again(course, brief, said)


def _unfinished(course: Course, said: Said) -> bool:
    """An answer that its limit cut, and that brought something new: the rest is asked for before the checks run."""
    return was_cut(said.text) and course.trees[-1] != course.trees[-2]


def _same_words(course: Course) -> bool:
    """Whether the model said the very same before: it will go on saying it."""
    return course.said[-1].text in {said.text for said in course.said[:-1]}


def _again(course: Course, brief: Brief, said: Said) -> Move:
    """The same question with what could not be used of the answer."""
    findings = (*course.unusable(), *course.forbidden())
    if was_cut(said.text):
        findings = (*findings, _cut_off())
    return Ask(brief=replace(brief, files=_without(course, brief), answer=said.text, report=Report(findings=findings)))


def _cut_off() -> Finding:
    why = "it ended at its limit; send only the files that are not there yet, or were not whole"
    return Finding(check="answer", subject="the whole", result=Result.FAILED, detail=why)


def _after_checks(course: Course, brief: Brief, spent: str, reading: Said | None) -> Move:
    """The checks ran: done, or repaired, or the best of all tries. What no machine can say, a reader judges first."""
    last = course.tries[-1]
    if last.found.good:
        draft = last.draft
        asks = judging_brief(draft.title, draft.files, course.checks, draft.report)
        if asks is None or draft.maker.kind == "scaffold" or (spent and reading is None):
            return _ended(course, "", last)
        if reading is None:
            return Ask(brief=replace(asks, judging=True, before=brief.before))
        found = judged(reading.text, draft.files, course.checks, draft.report)
        return _ended(course, "", replace(last, draft=replace(draft, report=with_readings(draft.report, found))))
    tried = len(course.tries)
    over = spent or tried > course.order.repairs or course.repeats() or last.draft.maker.kind == "scaffold"
    if over:
        return _ended(course, spent)
    failing = replace(last.draft.report, findings=_repairable(last))
    answer = course.said[-1].text
    return Ask(brief=replace(brief, files=_without(course, brief), answer=answer, report=failing))


def _without(course: Course, brief: Brief) -> Tree:
    return {path: content for path, content in course.files.items() if path not in brief.placed}


def _repairable(last: Tried_) -> tuple[Finding, ...]:
    """The failures that are this request's: what failed before it and is not its business is left alone."""
    known = {check.text for check in last.found.known}
    return tuple(one for one in last.draft.report.findings if one.subject not in known)


def _ended(course: Course, spent: str, best: Tried_ | None = None) -> Move:
    """An honest end: built, built in part, a try beside the version that stays, or nothing."""
    best = best or course.best
    if best is None:
        return GaveUp(reason=spent or _NOTHING)
    found, draft, number = best.found, best.draft, course.project.last + 1
    failed = (*found.broken, *found.missing, *found.known)
    if failed and not found.hard:
        draft = replace(draft, done=_texts(found.passed, draft.done), not_done=_texts(failed, draft.not_done))
    if found.good:
        return Built(draft=draft, number=number)
    first = not course.project.last
    if first and not found.hard and found.passed:
        return Built(draft=draft, number=number)
    return GaveUp(reason=_why(best, spent), draft=draft, number=0 if found.hard else number)


def _texts(checks: Sequence[object], said: tuple[str, ...]) -> tuple[str, ...]:
    texts = (*said, *(str(getattr(check, "text", "")) for check in checks))
    return tuple(dict.fromkeys(texts))


def _why(best: Tried_, spent: str) -> str:
    failure = best.found.hard[0] if best.found.hard else best.draft.report.failures[0]
    said = f"a check still fails: {failure.check} of {failure.subject}: {failure.detail}"
    return f"{said}; {spent}" if spent else said
