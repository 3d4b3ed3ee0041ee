"""The site's parts with example content, for editors: what each looks like, and which function makes it."""

from __future__ import annotations

from datetime import date

from macros.render.parts.citations import cite, fact, source, statement
from macros.render.parts.clock import days_to, shifted
from macros.render.parts.components import Column, cards, code_block, details, figure, folded, note, status, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.svg import drawing, line, rect, text
from macros.render.parts.view import View


def gallery(view: View) -> Html:
    """Every part once, each with the name of its function."""
    examples: dict[str, Html] = {
        "citations.fact, cite, statement, source": join(
            [
                tag("p", "A value: ", fact(view, "kms.validity"), "."),
                tag("p", "One that is not settled: ", fact(view, "kms.csvlk.activations_per_host", "total"), "."),
                tag("p", "A fact's sentence: ", statement(view, "kms.autostart")),
                tag("p", "A mark behind a sentence. ", cite(view, "kms.port")),
                tag("p", "A page: ", source(view, "kms-activation-planning")),
            ]
        ),
        "components.status": tag(
            "p",
            join(
                [status("ok", "met"), status("warn", "close"), status("bad", "short"), status("info", "note")],
                " · ",
            ),
        ),
        "clock.days_to, shifted, by_day": tag(
            "p",
            "Reckoned for the day on which you read: ",
            days_to(view, date(view.today.year + 1, 1, 1), "ahead"),
            ", or in a week ",
            shifted(view, 7),
            ".",
        ),
        "components.table": table(
            "Hosts and computers (example)",
            ["Host", Column("Computers", numeric=True), "State"],
            [("first", 40, status("ok", "met")), ("second", 4, status("bad", "short by 16"))],
        ),
        "components.cards": cards([("Groups", "11", "in the example"), ("Hosts", "3", "of KMS")]),
        "components.note": note("warn", "Mind this", tag("p", "A remark that a reader must not miss.")),
        "components.details": details("More", tag("p", "What opens on demand.")),
        "components.folded": folded("A long part", tag("p", "Stands open on paper; a link to what is in it opens it.")),
        "components.code_block": code_block("slmgr.vbs /dlv", "bat"),
        "components.figure, svg": figure(
            _example_drawing(), "Two bars and a threshold", tag("p", "First 40, second 4, threshold 20 (example).")
        ),
    }
    return join(tag("section", tag("h3", tag("code", name)), example) for name, example in examples.items())


def _example_drawing() -> Html:
    return drawing(
        560,
        120,
        "Two bars and a threshold",
        "The first bar is 40 long, the second 4; the threshold stands at 20.",
        rect(80, 20, 400, 24, "vag-svg__bar"),
        rect(80, 60, 40, 24, "vag-svg__bar--alt"),
        line(280, 10, 280, 96, "vag-svg__threshold"),
        text(70, 37, "first", anchor="end"),
        text(70, 77, "second", anchor="end"),
    )


MACROS = (gallery,)
