"""Reads the numbers of a plan, as YAML or JSON."""

from __future__ import annotations

from typing import IO

from .plan_numbers import MODELS, Numbers, Topic
from .strict_yaml import Document, decoded, validate
from .yaml_or_json import yaml_or_json


def read_numbers(stream: IO[bytes], file: str, topic: Topic) -> tuple[Document, Numbers]:
    """The numbers of a topic in an open file, with the document, which knows the line of each key. Raises DataError."""
    document = yaml_or_json(decoded(stream, file), file)
    return document, validate(MODELS[topic], document)
