"""Lists the packages that build the archive, as a CycloneDX bill of materials.

``python -m tools.sbom [FOLDER]`` writes ``sbom.cdx.json`` there, by default ``_build/release``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.environment import environment, parts


def main(folder: str = "_build/release") -> int:
    """Write the list, validated by CycloneDX's own schema."""
    bill = Path(folder, "sbom.cdx.json")
    bill.parent.mkdir(parents=True, exist_ok=True)
    lister = environment("release", Path("requirements/release.txt")).with_name("cyclonedx-py")
    subprocess.run(
        [lister, "environment", "--output-reproducible", "--validate", "--pyproject",
         "pyproject.toml", "--output-file", bill, parts().parent.parent],
        check=True,
    )  # fmt: skip
    print(f"The packages are listed in {bill}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
