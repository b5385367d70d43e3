"""A service as the supervisor sees one: listens, says it is ready, ends on SIGTERM. Arguments: name, mode."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"status": "ok", "process": os.getpid()}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the log is for what matters."""


def main(name: str, mode: str) -> None:
    if mode == "broken":
        sys.stdout.write("the database of this service is on fire\n")
        sys.exit(70)
    sys.stdout.write(" ".join(sorted(key for key in os.environ if key.startswith("SHENGUAN_"))) + "\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, signal.SIG_IGN if mode == "deaf" else lambda *_: sys.exit(0))
    HTTPServer(("127.0.0.1", int(os.environ[f"SHENGUAN_{name.upper()}_PORT"])), Ready).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
