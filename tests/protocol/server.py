#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A TLS server on loopback that answers as a script says.

    server.py FOLDER

FOLDER has cert.pem, key.pem and script.json: for "METHOD /path" a list of
answers, given in turn, the last one for ever. An answer may have

    status, headers, body   as usual; {BASE} stands for this server's address
    drop                    true: read the request, answer nothing, close
    close                   true: say Connection: close
    trickle                 seconds between the bytes of the body

Writes FOLDER/port when it listens, and a line of JSON for each request to
FOLDER/requests.
"""
import json
import os
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = sys.argv[1]
with open(os.path.join(folder, "script.json"), encoding="utf-8") as text:
    script = json.load(text)
lock = threading.Lock()
asked = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def note(self, body):
        line = {
            "method": self.command,
            "path": self.path,
            "headers": {k.lower(): v for k, v in self.headers.items()},
            "body": body.decode("utf-8", "replace"),
            "connection": self.client_address[1],
        }
        with lock:
            with open(os.path.join(folder, "requests"), "a",
                      encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")

    def answer(self):
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        self.note(body)
        name = f"{self.command} {self.path}"
        answers = script.get(name, script.get("*", [{"status": 404}]))
        with lock:
            turn = asked.get(name, 0)
            asked[name] = turn + 1
        self.give(answers[min(turn, len(answers) - 1)])

    def give(self, answer):
        if answer.get("drop"):
            self.close_connection = True
            return
        body = answer.get("body", "")
        if not isinstance(body, str):
            body = json.dumps(body)
        base = f"https://127.0.0.1:{server.server_port}"
        data = body.replace("{BASE}", base).encode()
        self.send_response(answer.get("status", 200))
        for key, value in answer.get("headers", {}).items():
            for each in value if isinstance(value, list) else [value]:
                self.send_header(key, each.replace("{BASE}", base))
        self.send_header("Content-Length", str(len(data)))
        if answer.get("close"):
            self.send_header("Connection", "close")
        self.end_headers()
        if "trickle" not in answer:
            self.wfile.write(data)
            return
        for byte in data:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(answer["trickle"])

    do_GET = do_POST = do_DELETE = answer


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that leave are what is tested


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(folder, "cert.pem"),
                        os.path.join(folder, "key.pem"))
server = Server(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True,
                                    do_handshake_on_connect=False)
port = os.path.join(folder, "port")
with open(port + ".new", "w", encoding="utf-8") as out:
    out.write(f"{server.server_port}\n")
os.rename(port + ".new", port)
server.serve_forever()
