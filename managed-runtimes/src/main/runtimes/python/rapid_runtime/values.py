"""Events and results as JSON (contract templates-and-runtimes, section 7.2)."""

import json
import os
import re
import sys
import uuid

from .errors import RuntimeFault

_FIRST_WITH_RAW_TEXT = 12


def _sends_raw_text():
    """Returns whether text that is not ASCII stays as it is, as from python3.12 on."""
    named = re.fullmatch(r"AWS_Lambda_python3\.(\d+)", os.environ.get("AWS_EXECUTION_ENV", ""))
    return named is not None and int(named.group(1)) >= _FIRST_WITH_RAW_TEXT


_RAW = _sends_raw_text()


class _Encoder(json.JSONEncoder):
    """An encoder that writes decimal numbers with all their digits."""

    def __init__(self):
        super().__init__(ensure_ascii=not _RAW)
        self.mark = None

    def default(self, value):
        if isinstance(value, (bytes, bytearray)):
            return str(value, "utf-8")
        decimal = sys.modules.get("decimal")
        if decimal is not None and isinstance(value, decimal.Decimal):
            if value.is_nan():
                return float("nan")
            if self.mark is None:
                self.mark = uuid.uuid4().hex
            return f"{self.mark}{value}{self.mark}"
        return super().default(value)


def to_json(value):
    """Returns the text of a value; fails with TypeError or ValueError if it has none."""
    encoder = _Encoder()
    text = encoder.encode(value)
    if encoder.mark is not None:
        text = re.sub(f'"{encoder.mark}(.*?){encoder.mark}"', r"\1", text)
    if _RAW:
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text


def read_event(body, content_type):
    """Returns the event of an invocation."""
    if content_type.split(";")[0].strip().lower() not in ("", "application/json"):
        return body
    try:
        return json.loads(body)
    except Exception as e:
        raise RuntimeFault("Runtime.UnmarshalError", f"Unable to unmarshal input: {e}") from None


def write_result(result):
    """Returns the bytes of a result and their content type.

    Half of a surrogate pair, which raw text cannot have, ends the process.
    """
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        text = to_json(result)
    except Exception as e:
        raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {e}") from None
    return text, "application/json"
