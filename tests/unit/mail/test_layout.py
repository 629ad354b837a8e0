from clinic.mail.layout import Part, bullets, html, paragraph, plain

LETTER = (
    paragraph("Good day.\r\nBcc: x", ""),
    paragraph("Monday", strong=True),
    Part((("Tuesday", "https://clinic.test/v/1?a=1&b=2"), ("Off", "")), listed=True, label="Details:"),
    bullets("Help <now>", ["Call 112", "Rest"]),
    Part((("Move it:", "https://clinic.test/v/2"),)),
    Part(()),
)


def test_the_plain_words_stand_in_paragraphs_and_lists() -> None:
    assert plain(LETTER) == (
        "Good day. Bcc: x\n\nMonday\n\n"
        "- Tuesday\n  Details: https://clinic.test/v/1?a=1&b=2\n- Off\n\n"
        "Help <now>\n- Call 112\n- Rest\n\n"
        "Move it: https://clinic.test/v/2"
    )


def test_the_page_says_the_same_for_any_screen() -> None:
    page = html(LETTER, title="Your <visit>", language="de")
    for part in (
        '<html lang="de">',
        'name="color-scheme" content="light dark"',
        "overflow-wrap:break-word",
        ">Your &lt;visit&gt;</h1>",
        "<p><strong>Monday</strong></p>",
        '<li>Tuesday<br>Details: <a href="https://clinic.test/v/1?a=1&amp;b=2">',
        "<li>Off</li>",
        ">Help &lt;now&gt;</h2>",
        '<p>Move it: <a href="https://clinic.test/v/2">https://clinic.test/v/2</a></p>',
    ):
        assert part in page
    assert "src=" not in page
