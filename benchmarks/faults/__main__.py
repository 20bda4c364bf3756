"""Try the faults against the product, and write the table of docs/reliability.md anew.

    python -m benchmarks.faults                   # all rows, at most 20 minutes, beginning with those tried longest ago
    python -m benchmarks.faults --list
    python -m benchmarks.faults "disk full" bombs # rows by name; what is known of the others stays
    python -m benchmarks.faults --part 0.1        # a tenth of the cases of each row

What came of each row is kept in benchmarks/results/faults.json, so that it may be stopped and taken up again.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import altered, around, hostile, killed, page  # noqa: F401 (they add their rows)
from .rows import ROWS, Row

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "faults.json"
DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- made by make faults -->\n", "<!-- end of what make faults makes -->"
MINUTES = 20.0


def main() -> int:
    """Try rows; gives 1 if one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="names of rows; all by default")
    parser.add_argument("--part", type=float, default=1.0, help="of each row's cases, 0..1")
    parser.add_argument("--list", action="store_true", help="print the rows and try none")
    parser.add_argument("--table", action="store_true", help="write the table of what is known and try none")
    chosen = parser.parse_args()
    known: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if unknown := set(chosen.rows) - ROWS.keys():
        parser.error(f"unknown row {unknown.pop()!r}; known are: {', '.join(ROWS)}")
    if chosen.list:
        print("\n".join(f"{each.name}: {each.how}" for each in ROWS.values()))
        return 0
    rows = [] if chosen.table else [ROWS[name] for name in chosen.rows or ROWS]
    rows.sort(key=lambda each: known.get(each.name, {}).get("when", ""))
    end = time.monotonic() + 60 * MINUTES
    for each in rows:
        if time.monotonic() > end:
            print(f"{each.name}: not tried, as {MINUTES:.0f} minutes are over; go on with the same command")
            continue
        known[each.name] = tried(each, chosen.part)
        RESULTS.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        write_table(known)
    write_table(known)
    return int(any(not known[each.name]["holds"] for each in rows if each.name in known))


def tried(each: Row, part: float) -> dict[str, Any]:
    """Try a row, say what came of it, and give it as JSON holds it."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="glassnet-faults-", ignore_cleanup_errors=True) as place:
        outcome = each.trial(Path(place), part)
    seconds = time.monotonic() - start
    print(
        f"{each.name}: {outcome.held:,} of {outcome.tried:,} held, {seconds:.0f} s",
        *outcome.notes,
        sep="; ",
        flush=True,
    )
    for case in outcome.missed[:10]:
        print(f"    {case}", flush=True)
    return {
        "holds": outcome.holds,
        "held": outcome.held,
        "tried": outcome.tried,
        "part": part,
        "notes": outcome.notes,
        "missed": outcome.missed[:10],
        "seconds": round(seconds),
        "when": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        "commit": _commit(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short=9", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return found.stdout.strip()


def write_table(known: dict[str, Any]) -> None:
    """Write the table into the document, between its marks."""
    lines = ["| fault | what must hold | tried how | result | verdict |", "|---|---|---|---|---|"]
    for each in ROWS.values():
        found = known.get(each.name)
        result, verdict = "not tried yet", "-"
        if found:
            share = "" if found["part"] >= 1 else f" (a sample, {found['part']:.0%})"
            notes = "".join(f"; {note}" for note in found["notes"])
            result = f"{found['held']:,} of {found['tried']:,} cases hold{share}{notes}"
            result += f"; {found['commit']}, {found['seconds']} s"
            missed = "; ".join(found["missed"][:2])
            verdict = "**holds**" if found["holds"] else f"**missed**: {missed}"
        cells = (each.name, each.promise, each.how, result, verdict)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    DOCUMENT.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n\n{END}{after}", encoding="utf-8")


def _cell(text: str) -> str:
    """Write text so that it stays in its cell."""
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    plain = re.sub(r"/tmp/glassnet-faults-\w+", "DIR", plain)
    return re.sub(r"([|<>\[\]])", r"\\\1", plain)


if __name__ == "__main__":
    sys.exit(main())
