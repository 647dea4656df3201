"""The account of outputs: what is stale, and which pieces of a file are made again."""

from types import SimpleNamespace

from archive.site.know.outputs import Account


def view(lasting="", **texts):
    """A view of facts with these values; ``lasting`` tells whether those of kind “a” changed."""
    return SimpleNamespace(
        texts=texts, lasting={"a": lasting}, digest=lambda keys: repr([texts[key] for key in keys])
    )


def saved(folder, facts, **rows):
    account = Account(folder / "outputs.pickle", "engine")
    for name, keys in rows.items():
        account.enter(name, keys, facts)
    account.save(facts)
    return Account(folder / "outputs.pickle", "engine")


def test_an_output_is_stale_where_one_of_its_facts_changed(tmp_path):
    account = saved(tmp_path, view(a="1", b="1"), one=["a"], both=["a", "b"])
    now = view(a="1", b="2")
    assert account.is_current("one", now)
    assert not account.is_current("both", now)
    assert not account.is_current("none", now)


def test_what_was_not_made_again_stays_stale_though_the_account_was_saved(tmp_path):
    saved(tmp_path, view(a="1"), one=["a"]).save(now := view(a="2"))
    assert not Account(tmp_path / "outputs.pickle", "engine").is_current("one", now)


def test_an_output_made_before_a_build_failed_is_not_taken_for_the_one_before(tmp_path):
    account = saved(tmp_path, before := view(a="1"), one=["a"])
    account.enter("one", ["a"], view(a="2"))  # and then the edit is undone
    assert not account.is_current("one", view(**before.texts))


def test_facts_of_a_kind_are_taken_over_as_long_as_what_decides_them_is_the_same(tmp_path):
    account = saved(tmp_path, view(lasting="ledger 1", a="1"), one=["a"])
    assert account.is_current("one", now := view(lasting="ledger 1"))  # which knows no value of “a”
    assert now.texts == {"a": "1"}
    account = Account(tmp_path / "outputs.pickle", "engine")
    assert not account.is_current("one", view(lasting="ledger 2", a="2"))


def test_only_changed_pieces_of_a_file_are_made_again(tmp_path):
    account, path, made = saved(tmp_path, view()), tmp_path / "all.txt", []

    def write(**pieces):
        made.clear()
        account.write_pieces(path, pieces, lambda name: made.append(name) or pieces[name].encode(),
                             between=b"|")  # fmt: skip
        return path.read_text("utf-8"), made

    assert write(a="one", b="two", c="three") == ("one|two|three", ["a", "b", "c"])
    assert write(a="one", b="twelve", c="three") == ("one|twelve|three", ["b"])
    assert write(c="three", d="four", a="one") == ("three|four|one", ["d"])
    before = path.stat().st_ino
    assert write(c="three", d="four", a="one") == ("three|four|one", [])
    assert path.stat().st_ino == before  # not written at all
    assert write(a="one", c="three", d="four") == ("one|three|four", [])  # in another order
    path.write_text("cut", "utf-8")
    assert write(c="three") == ("three", ["c"])
