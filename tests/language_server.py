"""Asks the real yaml-language-server what is wrong with a file, as an editor would."""

import json
import shutil
import subprocess

VERSION = "1.25.0"


def installed(folder):
    """Install the server into a folder and return its script; None where there is no node, no npm or no network."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), f"yaml-language-server@{VERSION}"]
    if subprocess.run(command, capture_output=True, timeout=300).returncode != 0:
        return None
    return folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


class LanguageServer:
    """A running server; use it in a ``with``."""

    def __init__(self, script):
        self.process = subprocess.Popen(
            ["node", str(script), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.send({"method": "initialized", "params": {}})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.process.stdin.flush()

    def receive(self):
        """Return the next message; questions of the server are answered with nothing."""
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(self.process.stdout.read(length))
        if "method" in message and "id" in message:
            empty = [{}] * len(message["params"].get("items", [])) if "configuration" in message["method"] else None
            self.send({"id": message["id"], "result": empty})
        return message

    def ask(self, method, params):
        self.send({"id": 1, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == 1 and "method" not in message:
                return message["result"]

    def problems(self, file):
        """Open a file and return (line from 1, message) of every problem, in order."""
        uri = file.resolve().as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": file.read_text(encoding="utf-8")}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found = message["params"]["diagnostics"]
                return sorted((one["range"]["start"]["line"] + 1, one["message"]) for one in found)

    def hover(self, file, line, column):
        """Return what an editor shows over a place, both from 0."""
        params = {"textDocument": {"uri": file.resolve().as_uri()}, "position": {"line": line, "character": column}}
        return str(self.ask("textDocument/hover", params))
