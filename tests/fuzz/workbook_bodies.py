"""Bodies of workbooks (表格文件) for schemathesis, which knows no such type: whatever bytes it made up, as they are."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def workbook(_context: Any, value: Any) -> bytes:
    """The bytes to send."""
    return value if isinstance(value, bytes) else str(value).encode()
