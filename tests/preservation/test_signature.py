"""A manifest is signed and its signature checked, by ssh-keygen and by minisign."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from archive.__main__ import main
from archive.preservation.manifest import MINISIGN_SIGNATURE, NAME, SSH_SIGNATURE
from tests.conftest import require_tool, sealed
from tests.settings import CONF


@pytest.fixture
def ssh(copy, tmp_path, monkeypatch):
    """An SSH key, the list that knows it, and a signed copy."""
    require_tool("ssh-keygen", shutil.which("ssh-keygen"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    key = tmp_path / "key"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(words, check=True)
    signers = tmp_path / "signers"
    public = key.with_suffix(".pub").read_text()
    signers.write_text(f'editors@archive.example namespaces="press-freedom-archive" {public}')
    assert main(["sign", str(copy), "--key", str(key)]) == 0
    return signers


def test_a_signed_copy_is_sound_in_a_folder_and_over_http(copy, ssh, verify, serve):
    for where in (copy, serve(copy).address):
        done = verify(where, "--signers", ssh, "--rate", "0")
        assert done.code == 0, done.said
        assert 'Good "press-freedom-archive" signature for editors@archive.example' in done.said


def test_without_a_list_of_signers_it_is_told_whose_key_it_is(copy, ssh, verify):
    done = verify(copy)
    assert done.code == 0
    assert "with ED25519 key SHA256:" in done.said
    assert "Whose key that is, a list of signers tells" in done.said


def test_a_manifest_altered_after_it_was_signed_is_told(copy, ssh, verify):
    with (copy / NAME).open("ab") as file:
        file.write(b"0" * 64 + b"  more\n")
    for words in ((), ("--signers", ssh)):
        done = verify(copy, *words)
        assert done.code == 1
        assert any("[signature-bad]" in finding for finding in done.findings)


def test_a_signature_of_somebody_else_is_told(copy, ssh, verify):
    ssh.write_text(ssh.read_text().replace("AAAAI", "AAAAJ"))
    assert any("[signature-bad]" in finding for finding in verify(copy, "--signers", ssh).findings)


def test_outside_of_an_archive_the_checker_says_what_it_is_made_for(copy, ssh, verify, tmp_path):
    (tmp_path / "conf.py").unlink()
    done = verify(copy)
    assert done.code == 2
    assert "--namespace" in done.complaint
    assert verify(copy, "--signers", ssh, "--namespace", "press-freedom-archive").code == 0


def test_a_signature_made_for_another_archive_does_not_hold(copy, ssh, verify):
    for words in ((), ("--signers", ssh)):
        done = verify(copy, *words, "--namespace", "housing-rights-archive")
        assert done.code == 1
        assert any("[signature-bad]" in finding for finding in done.findings)


def test_a_missing_signature_is_told_where_signers_are_named(copy, ssh, verify):
    (copy / SSH_SIGNATURE).unlink()
    (finding,) = verify(copy, "--signers", ssh).findings
    assert "[signature-missing]" in finding
    done = verify(copy)
    assert done.code == 0
    assert "The manifest is not signed." in done.said


def test_one_signature_does_not_stand_for_another_that_was_asked_for(copy, ssh, verify, tmp_path):
    (public := tmp_path / "public").touch()
    done = verify(copy, "--signers", ssh, "--minisign", public)
    assert done.code == 1
    (finding,) = done.findings
    assert f"there is no {MINISIGN_SIGNATURE}" in finding


def test_a_new_manifest_loses_the_old_signatures(copy, ssh):
    signatures = [copy / SSH_SIGNATURE, copy / MINISIGN_SIGNATURE]
    signatures[1].touch()
    sealed(copy)
    assert all(path.exists() for path in signatures)
    (copy / "more.txt").write_text("more")
    sealed(copy)
    assert not any(path.exists() for path in signatures)


def test_minisign_signs_and_checks_too(copy, verify, tmp_path):
    require_tool("minisign", shutil.which("minisign"))
    key, public = tmp_path / "secret", tmp_path / "public"
    words = ["minisign", "-G", "-W", "-s", str(key), "-p", str(public)]
    subprocess.run(words, check=True, capture_output=True)
    assert main(["sign", str(copy), "--minisign-key", str(key)]) == 0
    done = verify(copy, "--minisign", public)
    assert done.code == 0, done.said
    assert "Signature and comment signature verified" in done.said
    with (copy / MINISIGN_SIGNATURE).open("r+b") as file:
        file.seek(100)
        file.write(b"AAAA")
    assert any("[signature-bad]" in f for f in verify(copy, "--minisign", public).findings)


def test_a_key_that_is_none_signs_nothing(copy, tmp_path, capsys):
    require_tool("ssh-keygen", shutil.which("ssh-keygen"))
    assert main(["sign", str(copy), "--key", str(tmp_path / "nothing")]) == 1
    assert "Nothing was signed: ssh-keygen did not sign" in capsys.readouterr().err
    assert main(["sign", str(tmp_path), "--key", "x"]) == 1
    assert "run make first" in capsys.readouterr().err
