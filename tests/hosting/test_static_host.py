"""``_headers`` and ``_redirects`` are what Netlify and Cloudflare Pages read."""

from __future__ import annotations

import pytest

from archive.preservation.sealing import (
    NGINX_EXAMPLE,
    RULES,
    SECURITY,
    link_value,
    nginx_settings,
    site_policy,
    static_host_headers,
)


def rules(text):
    """Each rule's path with its headers; the two hosts' common grammar."""
    found = {}
    for line in text.splitlines():
        if line.startswith("/"):
            found[path := line] = {}
        else:
            name, _, value = line.strip().partition(": ")
            assert line.startswith("  ")
            assert value
            found[path][name] = value
    return found


def test_every_answer_has_the_security_headers(sealed_site):
    found = rules((sealed_site / "_headers").read_text("utf-8"))
    assert found["/*"].items() >= SECURITY.items()
    assert found["/*"]["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )
    assert found["/*.bib"]["Content-Type"] == "application/x-bibtex"
    assert 'rel="cite-as"' in found["/documents/isle-seed-resolution.html"]["Link"]
    for form in ("bib", "ris", "json", "made.html"):
        assert 'rel="describes"' in found[f"/documents/isle-seed-resolution.{form}"]["Link"]
    assert 'rel="collection"' in found["/documents/isle-seed-resolution.pdf"]["Link"]


def test_nginx_and_static_hosts_send_the_same_policy_and_links(sealed_site):
    found = rules((sealed_site / "_headers").read_text("utf-8"))
    hosting = sealed_site.parent / "hosting"
    assert found["/*"]["Content-Security-Policy"] in (hosting / "policy.conf").read_text("utf-8")
    links = (hosting / "signposts.conf").read_text("utf-8")
    signposted = {path: headers["Link"] for path, headers in found.items() if "Link" in headers}
    assert links.count("\n") == len(signposted) + 3  # the map, its default and its end
    assert all(nginx_settings("", {path: link}, {})["signposts.conf"].splitlines()[2] in links
               for path, link in signposted.items())  # fmt: skip
    settings = (hosting / NGINX_EXAMPLE).read_text("utf-8")
    for name, value in SECURITY.items():
        assert f'add_header {name} "{value}" always;' in settings


def test_what_authors_put_beside_pages_runs_nothing_and_is_downloaded(sealed_site):
    found = rules((sealed_site / "_headers").read_text("utf-8"))
    assert found["/_images/*"] == {"Content-Security-Policy": "sandbox"}
    assert found["/_downloads/*"] == {
        "Content-Security-Policy": "sandbox", "Content-Disposition": "attachment"
    }  # fmt: skip
    boxed = {path for path, headers in found.items() if "sandbox" in headers.values()}
    assert {"/*.bib", "/*.json", "/*.md", "/*.txt", "/*.xml", "/atom.xml"} <= boxed


def test_no_two_rules_give_one_header_to_one_file(sealed_site):
    """But for policies, each of which a browser keeps where there are several."""
    given = [
        (path, name)
        for path, headers in rules((sealed_site / "_headers").read_text("utf-8")).items()
        for name in headers
        if name != "Content-Security-Policy"
    ]
    everywhere = {name for path, name in given if path == "/*"}
    assert not everywhere & {name for path, name in given if path != "/*"}


def test_a_document_that_moved_is_redirected(moved_site):
    assert (moved_site / "_redirects").read_text("utf-8") == (
        "/documents/alpha.html /documents/omega.html 301\n"
    )


def test_what_a_host_has_no_room_for_is_left_out_and_told():
    links = {f"/documents/d{number}.html": "<x>" for number in range(200)}
    text, left_out = static_host_headers("default-src 'none'", links)
    assert len(rules(text)) <= RULES
    assert left_out == ["the Link headers of 200 documents"]
    forms = {f"/documents/d{number}.ris": "<x>" for number in range(90)}
    text, left_out = static_host_headers("none", {"/documents/d.html": "<x>"} | forms)
    assert [path for path, given in rules(text).items() if "Link" in given] == ["/documents/d.html"]
    assert left_out == ["the Link headers of 90 files beside pages"]
    _, left_out = static_host_headers("x" * 3000, {})
    assert left_out == ["1 headers longer than 2000 characters, by Cloudflare Pages"]


def test_a_search_index_may_compile_itself():
    assert "wasm" not in site_policy([], ["index.html"])
    searching = site_policy([], ["index.html", "pagefind/pagefind.js"])
    assert "script-src 'self' 'wasm-unsafe-eval'" in searching
    assert "worker-src 'self'" in searching


def test_an_address_cannot_break_out_of_its_header():
    value = link_value({"author": [{"href": 'https://x.example/"$a>\r\nX: y'}]})
    assert value == '<https://x.example/%22%24a%3E%0D%0AX:%20y>; rel="author"'
    nginx_settings("", {"/x": value}, {})
    with pytest.raises(ValueError, match="cannot stand"):
        nginx_settings("", {"/$x": value}, {})


def test_a_link_header_has_signposts_and_not_all_that_a_document_is_related_to():
    many = [{"href": f"https://x.example/documents/a{n}.html"} for n in range(300)]
    value = link_value({"cite-as": [{"href": "https://x.example/documents/a.html"}], "up": many})
    assert value == '<https://x.example/documents/a.html>; rel="cite-as"'
