"""Forms (表单): what somebody typed, taken only from a page of ours; kept as typed when it is refused."""

import secrets
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from uuid_utils import uuid7

from console.web.session import carried
from kernel.refusal import Refusal

TOKEN = "form"  # noqa: S105 - the name of a field
ONCE = "once"
KEPT = "shenguan.typed"
"""Where the request keeps what was typed, for the page that says why it came to nothing."""
_MOST_FILES, _MOST_FIELDS = 50, 5000
_PART = 8 * 1024 * 1024


class Typed:
    """What was typed (所填内容): texts by field name."""

    def __init__(self, form: FormData | None = None) -> None:
        self._form = form or FormData()

    def text(self, name: str, usual: str = "") -> str:
        """What stands in a field, without blanks around it."""
        said = self._form.get(name, usual)
        return said.strip() if isinstance(said, str) else usual

    def texts(self, name: str) -> list[str]:
        """All that is chosen in a field of several."""
        return [said.strip() for said in self._form.getlist(name) if isinstance(said, str) and said.strip()]

    def files(self, name: str) -> list[UploadFile]:
        """The files that were chosen."""
        return [said for said in self._form.getlist(name) if isinstance(said, UploadFile) and said.size]

    def plain(self) -> list[tuple[str, str]]:
        """Every text that was typed, with the name of its field."""
        return [(name, said) for name, said in self._form.multi_items() if isinstance(said, str)]

    @property
    def once(self) -> str:
        """The key of this filling-in of the form."""
        return self.text(ONCE)


async def typed(request: Request) -> Typed:
    """The form of the request. Refuses ``form-expired`` (403) when it is not one this session was given."""
    form = await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_PART)
    session, shown = carried(request.scope), form.get(TOKEN, "")
    if session is not None and not secrets.compare_digest(str(shown).encode(), session.forms.encode()):
        raise Refusal(
            code="form-expired",
            zh="该表单不是本次登录后打开的，未提交；请返回上一页，刷新后重新提交",
            en="This form was not opened since you signed in, so nothing was sent; go back, reload the page and send it again",
            status=403,
        )
    taken = Typed(form)
    request.scope.get(KEPT, []).extend(taken.plain())
    return taken


Filled = Annotated[Typed, Depends(typed)]
"""A form that was filled in; every route that changes something takes one."""


def new_key() -> str:
    """A key for one filling-in of a form."""
    return str(uuid7())


def refused_form(refusal: Refusal) -> bool:
    """Whether the form is shown again with what is wrong; otherwise the page says it."""
    return refusal.status not in {401, 403, 404}
