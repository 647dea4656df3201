"""``_headers`` and ``_redirects`` are what Netlify and Cloudflare Pages read."""

from __future__ import annotations

import re
from functools import cache

import pytest

from archive.preservation.sealing import (
    LINE,
    NETLIFY,
    NGINX_EXAMPLE,
    RULES,
    SECURITY,
    WEIGHT,
    Host,
    headers_for_both,
    headers_for_netlify,
    link_headers,
    nginx_settings,
    signposts,
    site_policy,
)


@cache
def rules(text):
    """Each rule's address with its lines; the two hosts' common grammar."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("  "):
            found[address := line] = []
        else:
            found[address].append(line.strip())
    return found


def given(text, path):
    """The headers that the rule of one path gives."""
    return dict(line.split(": ", 1) for line in rules(text)[path])


def cloudflare(text, address):
    """The links that Cloudflare Pages sends at an address.

    After ``generateRuleRegExp`` and ``attachHeaders`` of its workers-sdk: all rules that match, in
    their order; ``! Name`` forgets, values of one header are joined, placeholders are filled in.
    """
    host, path = re.fullmatch(r"https://([^/]+)(/.*)", address).groups()
    sent = []
    for rule, lines in rules(text).items():
        asked = f"https://{host}{path}" if rule.startswith("https://") else path
        if match := _of_cloudflare(rule).fullmatch(asked):
            for line in lines:
                if line == "! Link":
                    sent = []
                elif line.startswith("Link: "):
                    filled = re.sub(r":(document|splat)", lambda m: match[m[1]], line[6:])
                    sent += filled.split(", ")
    return sent


@cache
def _of_cloudflare(rule):
    pattern = re.escape(rule).replace(r"\*", "(?P<splat>.*)")
    return re.compile(re.sub(r":([A-Za-z]\w*)", r"(?P<\1>[^/]+)", pattern))


def netlify(text, path):
    """The links that Netlify sends at a path.

    After ``line_parser`` and ``for_regexp`` of its headers-parser: a line is a rule where it begins
    with a slash, and else a header of the rule above; nothing is filled in.
    """
    sent = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("/"):
            matches = _of_netlify(line).fullmatch(path)
        elif matches and line.startswith("Link: "):
            sent += line[6:].split(", ")
    return sent


@cache
def _of_netlify(line):
    parts = [
        "([^/]+)" if part.startswith(":") else "?(.*)" if part == "*"
        else ".*".join(map(re.escape, part.split("*")))
        for part in line.split("/") if part
    ]  # fmt: skip
    return re.compile(f"/{'/'.join(parts)}/?")


def asked(path):
    """The address at which Cloudflare Pages answers what another host has at a path."""
    return f"https://isles.example{re.sub('(index)?[.]html$', '', path)}"


def documents(number, folder=""):
    """The links of some documents and their forms, each with a page, two pages beside it, data."""
    links = {}
    for each in range(number):
        at = f"{folder}/documents/d{each}"
        about = f'<https://isles.example{at}.html>; rel="describes"'
        author = f'<https://who.example/{each}>; rel="author"'
        links[f"{at}.html"] = (f'<https://isles.example{at}.html>; rel="cite-as"', author)
        links |= dict.fromkeys((f"{at}{end}" for end in (".bib", ".json", ".made.html")), (about,))
        links[f"{at}.passages.json"] = (f'<https://isles.example{at}.html>; rel="collection"',)
    return links


EVERY = {"/*": {"Content-Security-Policy": "default-src 'none'"}}


def host(links, folder="", more=()):
    files = [path.removeprefix(f"{folder}/") for path in links]
    return Host("isles.example", folder, frozenset([*files, *more]))


def test_every_answer_has_the_security_headers(sealed_site):
    text = (sealed_site / "_headers").read_text("utf-8")
    assert given(text, "/*").items() >= SECURITY.items()
    assert given(text, "/*")["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )
    assert given(text, "/*.bib")["Content-Type"] == "application/x-bibtex"


def test_both_hosts_and_nginx_send_the_same_policy_and_links(sealed_site):
    files = [p.relative_to(sealed_site).as_posix() for p in sealed_site.rglob("*") if p.is_file()]
    links = link_headers(sealed_site, files)
    hosting = sealed_site.parent / "hosting"
    both = (sealed_site / "_headers").read_text("utf-8")
    alone = (hosting / NETLIFY).read_text("utf-8")
    signposted = (hosting / "signposts.conf").read_text("utf-8")
    assert 'rel="cite-as"' in "".join(links["/documents/isle-seed-resolution.html"])
    for form in ("bib", "ris", "json", "made.html"):
        assert 'rel="describes"' in "".join(links[f"/documents/isle-seed-resolution.{form}"])
    assert 'rel="collection"' in "".join(links["/documents/isle-seed-resolution.pdf"])
    for path in (f"/{file}" for file in files):
        wanted = sorted(links.get(path, ()))
        assert sorted(cloudflare(both, asked(path))) == wanted
        assert sorted(netlify(alone, path)) == wanted
        if path != "/_headers":  # no host serves it; here Netlify reads what Cloudflare is told
            assert sorted(netlify(both, path)) in (wanted, [])
    assert signposted.count("\n") == len(links) + 3  # the map, its default and its end
    for path, values in links.items():
        line = nginx_settings("", {path: ", ".join(values)}, {})["signposts.conf"].splitlines()[2]
        assert line in signposted
    assert given(both, "/*")["Content-Security-Policy"] in (hosting / "policy.conf").read_text()
    settings = (hosting / NGINX_EXAMPLE).read_text("utf-8")
    for name, value in SECURITY.items():
        assert f'add_header {name} "{value}" always;' in settings


def test_what_authors_put_beside_pages_runs_nothing_and_is_downloaded(sealed_site):
    text = (sealed_site / "_headers").read_text("utf-8")
    assert rules(text)["/_images/*"] == ["Content-Security-Policy: sandbox"]
    assert rules(text)["/_downloads/*"] == [
        "Content-Security-Policy: sandbox", "Content-Disposition: attachment"
    ]  # fmt: skip
    boxed = {path for path, lines in rules(text).items() if any("sandbox" in i for i in lines)}
    assert {"/*.bib", "/*.json", "/*.md", "/*.txt", "/*.xml", "/atom.xml"} <= boxed


def test_a_site_in_a_folder_of_its_host_has_all_its_rules_there():
    links = documents(3, "/isles")
    text, _ = headers_for_both(EVERY, links, host(links, "/isles"))
    for path in rules(text):
        assert path.startswith(("/*", "/isles/", "https://isles.example/isles/", "/_headers"))
    assert rules(text)["/isles/_downloads/*"]
    for path, wanted in links.items():
        assert cloudflare(text, asked(path)) == list(wanted)


@pytest.mark.parametrize("number", [0, 1, 12, 33, 200])
def test_patterns_name_the_links_of_any_number_of_documents_within_the_limits(number):
    links = documents(number)
    more = ["documents/index.html", "documents/gone.html", "documents/d0.proof.json", "a.bib"]
    text, left_out = headers_for_both(EVERY, links, host(links, more=more))
    assert len(rules(text)) <= RULES
    assert max(map(len, text.splitlines())) <= LINE
    for path, wanted in links.items():
        sent = cloudflare(text, asked(path))
        assert sent == list(wanted) or (number == 200 and sent == list(wanted[:1]))
    others = (*more[1:], "documents/", "documents/d0.history.html", "documents/d0.a.json", "")
    assert not any(cloudflare(text, asked(f"/{path}")) for path in others)
    assert all(netlify(text, path) in (list(wanted), []) for path, wanted in links.items())
    if number < 200:
        assert all(netlify(text, f"/documents/d{each}.html") for each in range(number))
    else:
        assert left_out == ["links to the authors of 200 documents for Cloudflare Pages"]
    alone, none = headers_for_netlify(EVERY, links, host(links))
    assert none == []
    assert all(netlify(alone, path) == list(wanted) for path, wanted in list(links.items())[:50])


def test_a_file_with_more_dots_than_any_form_has_no_links_of_a_form():
    """A placeholder of Cloudflare matches dots, too."""
    links = documents(3)
    text, _left_out = headers_for_both(EVERY, links, host(links))
    for end in (".bib", ".passages.json"):
        assert cloudflare(text, f"https://isles.example/documents/d1{end}")
        assert not cloudflare(text, f"https://isles.example/documents/d1.of.another{end}")


def test_what_a_host_has_no_room_for_is_left_out_and_told():
    links = {"/documents/d.html": ["<x>"], "/documents/d.bib": ["<y>" * WEIGHT]}
    text, left_out = headers_for_netlify(EVERY, links, host(links))
    assert left_out == [f"the Link headers of 1 files in {NETLIFY}"]
    assert [path for path in rules(text) if path in links] == ["/documents/d.html"]
    policy = {"/*": {"Content-Security-Policy": "x" * 3000}}
    _, left_out = headers_for_both(policy, {}, host({}))
    assert left_out == ["1 headers of over 2000 characters for Cloudflare Pages"]


def test_no_two_rules_give_one_header_to_one_file(sealed_site):
    """But for policies, each of which a browser keeps where there are several, and links."""
    text = (sealed_site / "_headers").read_text("utf-8")
    names = {
        path: {line.partition(":")[0] for line in lines} - {"Content-Security-Policy", "Link"}
        for path, lines in rules(text).items()
    }
    everywhere = names.pop("/*")
    assert not everywhere & set().union(*names.values())


def test_a_document_that_moved_is_redirected_and_has_no_links_of_a_document(moved_site):
    assert (moved_site / "_redirects").read_text("utf-8") == (
        "/documents/alpha.html /documents/omega.html 301\n"
    )
    text = (moved_site / "_headers").read_text("utf-8")
    assert cloudflare(text, "https://isles.example/documents/omega")
    assert not cloudflare(text, "https://isles.example/documents/alpha")


def test_a_search_index_may_compile_itself():
    assert "wasm" not in site_policy([], ["index.html"])
    searching = site_policy([], ["index.html", "pagefind/pagefind.js"])
    assert "script-src 'self' 'wasm-unsafe-eval'" in searching
    assert "worker-src 'self'" in searching


def test_an_address_cannot_break_out_of_its_header():
    (value,) = signposts({"author": [{"href": 'https://x.example/"$a>\r\nX: y'}]})
    assert value == '<https://x.example/%22%24a%3E%0D%0AX:%20y>; rel="author"'
    nginx_settings("", {"/x": value}, {})
    with pytest.raises(ValueError, match="cannot stand"):
        nginx_settings("", {"/$x": value}, {})


def test_a_link_header_has_signposts_and_not_all_that_a_document_is_related_to():
    many = [{"href": f"https://x.example/documents/a{n}.html"} for n in range(300)]
    links = signposts({"cite-as": [{"href": "https://x.example/documents/a.html"}], "up": many})
    assert links == ('<https://x.example/documents/a.html>; rel="cite-as"',)
