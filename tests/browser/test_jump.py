"""A reader goes to a passage by its number, in the document's own form or a shorter one."""

from __future__ import annotations

import pytest

from tests.conftest import built, copy_root, once

ACT = "lantern-act"


@pytest.fixture(scope="module")
def act(tmp_path_factory, serve):
    numbered = once(
        tmp_path_factory, "numbered-pages", lambda folder: built(copy_root("numbered", folder))
    )
    return f"{serve(numbered.site)}/documents/{ACT}.html"


@pytest.fixture
def field(page, act):
    page.goto(act)
    return page.get_by_role("search", name="Go to a passage").get_by_role("textbox", name="Go to")


@pytest.mark.parametrize(("asked", "name"), [
    ("§ 793(d)(1)(A)", "p3"), ("793(d)(2)", "p4"), ("d 1", "p2"), ("Table 3", "p8"),
    ("section 793(d)(2)", "p4"), ("¶ 793(d)", "p1"), ("p5", "p5"), ("Of lanterns", "s1"),
    ("P6", "p6"), ("lantern-act-p9", "p9"), ("annex i [57]", "p7"), ("Annex I, ex. B", "p9"),
])  # fmt: skip
def test_a_number_leads_to_its_passage(page, field, asked, name):
    field.fill(asked)
    field.press("Enter")
    assert page.url.endswith(f"#{ACT}-{name}")
    assert page.evaluate("document.activeElement.id") == f"{ACT}-{name}"


def test_a_passage_is_announced_by_its_name(page, field):
    field.fill("d 1")
    field.press("Enter")
    assert page.locator(".jump [role=status]").inner_text() == "Lantern Act § 793(d)(1)"


def test_an_address_may_end_in_a_number(page, act):
    page.goto(f"{act}#793(d)(2)")
    page.wait_for_url(f"{act}#{ACT}-p4")


def test_an_address_with_a_number_that_stands_twice_leads_to_neither(page, act):
    page.goto(f"{act}#57")
    page.wait_for_load_state("load")
    assert page.evaluate("location.hash") == "#57"


@pytest.mark.parametrize("width", [1200, 900, 360])
def test_labels_collide_with_nothing(page, act, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(act)
    collisions = page.evaluate("""() => {
      const marks = 'p .passage-label, p + a.to-cite';
      const shown = [...document.querySelectorAll(marks)];
      const boxes = [...shown, ...document.querySelectorAll('.passage > p')].map((each) => {
        if (!each.matches('p')) return [each, [...each.getClientRects()]];
        const range = document.createRange();
        range.selectNodeContents(each);
        const label = each.querySelector('.passage-label');
        if (label) range.setStartAfter(label);
        return [each, [...range.getClientRects()]];
      });
      const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
        || a.bottom <= b.top + 6 || b.bottom <= a.top + 6;
      return boxes.flatMap(([one, own], at) => boxes.slice(at + 1)
        .filter(([, other]) => own.some((a) => other.some((b) => !apart(a, b))))
        .map(([other]) => `${one.textContent.slice(0, 20)} / ${other.textContent.slice(0, 20)}`));
    }""")
    assert collisions == []


def test_a_number_that_stands_twice_is_chosen_from(page, field):
    field.fill("57")
    field.press("Enter")
    status = page.locator(".jump [role=status]")
    assert status.inner_text() == "Several have it: Lantern Act [57], Lantern Act, Annex I, [57]."
    status.get_by_role("link", name="Annex I").click()
    assert page.url.endswith(f"#{ACT}-p7")


def test_a_number_that_is_not_there_is_told(page, field):
    field.fill("58")
    field.press("Enter")
    assert page.locator(".jump [role=status]").inner_text() == "No passage has the number 58."


def test_without_script_there_is_no_empty_field(scriptless, act):
    scriptless.goto(act)
    assert scriptless.locator(".jump").count() == 0


def test_who_comes_back_is_led_to_where_they_left_off(page, act):
    page.set_viewport_size({"width": 1000, "height": 300})
    page.goto(f"{act}#{ACT}-p7")
    page.goto(act.replace(ACT, "index").replace("documents/", ""))
    page.goto(act)
    page.get_by_role("status").get_by_role("link", name="Lantern Act, Annex I, [57]").click()
    assert page.url.endswith(f"#{ACT}-p7")
    page.evaluate("scrollTo(0, 0)")
    page.goto(act.replace(ACT, "index").replace("documents/", ""))
    page.goto(act)
    assert page.get_by_role("status").get_by_role("link").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_field_has_come_and_a_note_is_folded(page, versions_site, width):
    """The scripts come late: places before are those after."""
    tops = """() => [...document.querySelectorAll(".passage")].map(
        (each) => each.getBoundingClientRect().top)"""
    page.set_viewport_size({"width": width, "height": 740})
    page.route("**/*.js*", lambda route: route.abort())
    address = (versions_site.site / "documents/lights-en.html").as_uri()
    page.goto(address)
    before = page.evaluate(tops)
    page.unroute("**/*.js*")
    page.goto(f"{address}?")
    page.get_by_role("search", name="Go to a passage").wait_for()
    assert page.evaluate(tops) == pytest.approx(before, abs=0.5)
