"""Write the golden files for the present environment, beside the entries of others.

    python tests/golden/make_golden.py                        # adds what is not there yet
    python tests/golden/make_golden.py --again                # writes anew what is there, after a change that is meant
    OPENBLAS_CORETYPE=Haswell python tests/golden/make_golden.py    # as if the processor were another one
    NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL" python tests/golden/make_golden.py    # numpy.show_runtime() names them

Run by a person, never by the suite. Without ``--again`` nothing that is frozen changes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import frozen


def main(again: bool) -> None:
    recorded = json.loads(frozen.DIGESTS.read_text(encoding="utf-8")) if frozen.DIGESTS.exists() else {}
    with tempfile.TemporaryDirectory() as place:
        outputs = frozen.outputs(Path(place))
    digests = {
        frozen.EVERYWHERE: frozen.digests_everywhere(),
        frozen.processor_key(): frozen.digests_drawn(),
        frozen.environment_key(): frozen.digests_with_outputs(frozen.digests_computed(), outputs),
    }
    for key, found in digests.items():
        if again or key not in recorded:
            recorded[key] = found
            print(f"written: {key}")
        elif recorded[key] != found:
            print(f"not written: {key} is there, and differs")
        else:
            print(f"as it is: {key}")
    frozen.DIGESTS.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    texts = {frozen.help_file(command): frozen.help_of(command) for command in frozen.HELP}
    texts |= {frozen.json_file(name): frozen.written(output) for name, output in outputs.items()}
    for path, text in texts.items():
        path.parent.mkdir(exist_ok=True)
        if again or not path.exists():
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(again="--again" in sys.argv[1:])
