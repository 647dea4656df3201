import io, random
import pikepdf
from tests.preservation.test_damages import *
from tests.preservation.test_damages import site, proof
def test_zz(proof, site):
    chance, unknown, n = random.Random(5), [], 0
    for _ in range(400):
        path = CHARTER_PDF
        with pikepdf.open(site / path) as pdf:
            font, was, now = glyphs(pdf, chance)
            made = io.BytesIO(); pdf.save(made)
        if was != now and "Math" not in font:
            n += 1
            if not told(proof, path, made.getvalue()):
                unknown.append((font, was, now))
    print(n, len(unknown), unknown)
    assert 0
