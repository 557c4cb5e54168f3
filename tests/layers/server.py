"""A server on this machine that cuts, lies and redirects."""

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = bytes(range(256)) * 4096  # 1 MiB


class Site(ThreadingHTTPServer):
    """Files by path, and how to misbehave while sending them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.cut = 0  # answers that end halfway
        self.refuse: list[int] = []  # statuses of the next answers
        self.ranges = True
        self.asked: list[str | None] = []  # the Range header of each request
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """What `Site` answers."""

    server: Site

    def do_GET(self) -> None:
        site, path = self.server, self.path.partition("?")[0]
        wanted = self.headers["Range"]
        site.asked.append(wanted)
        if site.refuse or path not in site.files | site.redirects:
            self.send_error(site.refuse.pop(0) if site.refuse else 404)
            return
        if path in site.redirects:
            self.send_response(302)
            self.send_header("Location", site.redirects[path])
            self.end_headers()
            return
        content = site.files[path]
        version = f'"{hashlib.sha256(content).hexdigest()}"'
        start = 0
        if wanted and site.ranges and self.headers["If-Range"] == version:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Range", f"bytes {start}-/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", version)
        self.end_headers()
        end = len(content)
        if site.cut:
            site.cut, end = site.cut - 1, (start + end) // 2
        self.wfile.write(content[start:end])

    def log_message(self, *args: object) -> None:
        pass
