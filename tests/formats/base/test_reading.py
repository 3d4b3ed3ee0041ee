"""Files as text: the cases that the browser runs too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.formats.base.reading import UnreadableError, decode

VECTORS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent.parent / "vectors" / "encodings.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: repr(case["bytes"][:60]))
def test_a_file_is_read_as_what_it_says_it_is_or_refused_by_name(case: dict[str, Any]) -> None:
    data = case["bytes"].encode("latin-1")
    if "text" in case:
        assert decode(data) == case["text"]
        return
    with pytest.raises(UnreadableError) as caught:
        decode(data)
    assert (caught.value.rule, caught.value.line) == ("encoding", case["line"])
    assert caught.value.values == {"encoding": case["refused"]}
