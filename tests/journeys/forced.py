"""Forced colours: the system's palette takes the place of every background and shadow. What is chosen, where the focus
is and where a field begins must still be seen; axe reads the page's own colours and cannot tell."""

from playwright.sync_api import Page

_FOCUS = """() => {
    const seen = each => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
    };
    const around = each => [each, each.parentElement, each.nextElementSibling, each.closest('label, .choice')];
    const before = document.activeElement;
    const lost = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
        .filter(each => !each.disabled && each.checkVisibility({visibilityProperty: true}))
        .filter(each => {
            each.focus({focusVisible: true, preventScroll: true});
            return document.activeElement === each && !around(each).filter(Boolean).some(seen);
        });
    before?.focus?.({preventScroll: true});
    return lost.map(each => `no focus: ${each.outerHTML.slice(0, 120)}`);
}"""

_EDGE = """() => [...document.querySelectorAll('input, select, textarea, .button, .toast, .chip > span')]
    .filter(each => each.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(each => !each.matches('.quiet, [type=hidden], [type=checkbox], [type=radio], [type=file]'))
    .filter(each => {
        const style = getComputedStyle(each);
        return ['Top', 'Bottom', 'Left', 'Right'].every(side =>
            style[`border${side}Style`] === 'none' || parseFloat(style[`border${side}Width`]) < 1);
    })
    .map(each => `no edge: ${each.outerHTML.slice(0, 120)}`)"""

_CHOSEN = """() => {
    const on = '[aria-current], [aria-selected=true], [aria-pressed=true], .chip:has(:checked), .choice:has(:checked)';
    const tells = each => {
        const style = getComputedStyle(each);
        const names = ['borderTopWidth', 'borderTopStyle', 'borderTopColor', 'borderBottomWidth', 'borderBottomColor',
            'borderLeftWidth', 'outlineStyle', 'textDecorationLine', 'fontWeight', 'backgroundColor', 'color'];
        const mark = [...each.querySelectorAll('input')].filter(one => getComputedStyle(one).opacity !== '0');
        return JSON.stringify([...names.map(name => style[name]), mark.map(one => one.checked),
            getComputedStyle(each, '::before').content, getComputedStyle(each, '::after').content]);
    };
    const shown = each => [each, ...each.querySelectorAll('span, a')].map(tells).join();
    const alike = (one, other) => one.tagName === other.tagName && one.className === other.className;
    return [...document.querySelectorAll(on)].filter(each => each.checkVisibility({visibilityProperty: true}))
        .filter(each => [...each.parentElement.children].some(other =>
            !other.matches(on) && alike(each, other) && each.childElementCount === other.childElementCount
            && shown(each) === shown(other)))
        .map(each => `looks like the others: ${each.outerHTML.slice(0, 120)}`);
}"""

_GLYPHS = """() => [...document.querySelectorAll('svg')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && each.getBoundingClientRect().width)
    .filter(each => {
        const style = getComputedStyle(each);
        return each.classList.contains('icon') && ![style.stroke, style.fill].includes(style.color);
    })
    .map(each => `not in the colour of its words: ${each.outerHTML.slice(0, 120)}`)"""


def unseen(page: Page) -> list[str]:
    """What cannot be seen, or told apart, while colours are forced."""
    found: list[str] = []
    for script in (_FOCUS, _EDGE, _CHOSEN, _GLYPHS):
        found += page.evaluate(script)
    return found
