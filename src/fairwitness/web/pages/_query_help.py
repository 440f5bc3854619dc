"""What can be typed into the box, by example. Each example is run by a test."""

from __future__ import annotations

from fairwitness.web.words import N_

HELP: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        N_("Words"),
        (
            ("protokol", N_("this word, in any case")),
            ("环境保护", N_("exactly these characters in a row; no quotes needed")),
            ('"waste water"', N_("these words in a row")),
            ("su OR kanal", N_("one of them at least; a space alone means both")),
            ("report -draft", N_("the first and not the second")),
        ),
    ),
    (
        N_("Spellings"),
        (
            ("denetim*", N_("words that begin so; ? is one letter")),
            ("/col(ou)?r/", N_("words that fit the regular expression")),
            ("мәжіліс~1", N_("words at most one letter away")),
            (
                'loose:"кала кагаз"',
                N_("in any spelling that is easily confused: accents, keyboards, old and new letters"),
            ),
            ("stem:report", N_("words with the same stem: reports, reported")),
            ('name:"Memet Tursun"', N_("this name in any script and spelling; each hit says why")),
        ),
    ),
    (
        N_("Near one another"),
        (
            ('near(environment "public hearing", 5)', N_("all of them, with at most 5 other words among them")),
            ("onear(环境 报告, 8)", N_("the same, in this order")),
        ),
    ),
    (
        N_("About the document"),
        (
            ("type:pdf lang:ug", N_("of this type and in this language")),
            ('folder:"minutes/2017"', N_("found in this folder or below it")),
            ("date:[2016-05 TO 2017]", N_("that says it was sent, made or changed then")),
            ("from:bureau", N_("mails whose sender has this in it")),
            ("tag:urgent reviewed:no", N_("with this tag, and not reviewed yet")),
            ("trust<.6", N_("pages whose text cannot be trusted")),
        ),
    ),
)
