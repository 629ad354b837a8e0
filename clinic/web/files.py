"""The built assets, served under their hashed names: they never change, so browsers keep them."""

import gzip
import mimetypes
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from clinic.domain.errors import NotFound
from clinic.web.assets import built_assets
from clinic.web.gate import parts, public

blueprint = Blueprint("files", __name__)

FOREVER: Final = "public, max-age=31536000, immutable"


@blueprint.get("/static/dist/<name>")
@public
def asset(name: str) -> Response:
    """One file that the manifest lists, compressed where that makes it smaller."""
    dist = parts().dist
    if name not in built_assets(dist).files.values():
        raise NotFound("file")
    plain, packed = _read(dist / name)
    answer = Response(plain, mimetype=mimetypes.guess_type(name)[0], headers={"Cache-Control": FOREVER})
    answer.vary.add("Accept-Encoding")
    way = next((each for each in packed if request.accept_encodings[each]), None)
    if way is not None:
        answer.set_data(packed[way])
        answer.headers["Content-Encoding"] = way
    return answer


@lru_cache(maxsize=64)
def _read(path: Path) -> tuple[bytes, Mapping[str, bytes]]:
    """The file, and each way it is packed that makes it smaller, the build's own first."""
    plain, built = path.read_bytes(), path.with_name(f"{path.name}.br")
    packed = {"br": built.read_bytes()} if built.is_file() else {}
    packed["gzip"] = gzip.compress(plain, 9, mtime=0)
    return plain, {way: body for way, body in packed.items() if len(body) < len(plain)}
