"""Serves the explorer's page: voila on loopback, for whoever has the token, from files of this machine alone."""

import json
import os
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2
import tornado.httpserver
import tornado.ioloop
import tornado.netutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]

from sim.explorer.asked import ASKED, Asked
from sim.language.words import Words

FOLDER = Path(__file__).parent
NOTEBOOK, TEMPLATE = FOLDER / "application.ipynb", FOLDER / "template"
LOOPBACK = "127.0.0.1"
WIDGETS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
IDLE = 600
"""Seconds after which a page's process ends when its window has gone."""


class ThisPython(KernelSpecManager):
    """Runs the page in this Python, whatever kernels are installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return this Python as a kernel."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        paths = os.pathsep.join(filter(None, [str(FOLDER.parents[1]), os.environ.get("PYTHONPATH")]))
        return KernelSpec(argv=command, display_name="Python", language="python", env={"PYTHONPATH": paths})

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one kernel that there is."""
        return {"python3": str(FOLDER)}

    def get_all_specs(self) -> dict[str, Any]:
        """Return it with what is known of it."""
        spec = self.get_kernel_spec("python3").to_dict()
        return {"python3": {"resource_dir": str(FOLDER), "spec": spec}}


class Server(Voila):  # type: ignore[misc]
    """Voila for this one notebook. It listens on loopback only and reads nobody's configuration."""

    ready: Callable[[str], None]
    port: int
    language: str

    def _config_file_paths_default(self) -> list[str]:
        return []  # a voila.py in the folder from which the command is called would be run

    def setup_template_dirs(self) -> None:
        """Look for the page's template here first: voila's own asks other machines for icons."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATE))

    def init_settings(self) -> dict[str, Any]:
        """Refuse requests that name another machine as the one they go to, and ask for the token in our words."""
        # Pings find out who has gone behind a network. Here they would cut off who has not: the longest time for an
        # answer that tornado allows is that between two pings, and the next ping is sent a moment later.
        settings = {**super().init_settings(), "allow_remote_access": False, "ws_ping_interval": 0}
        pages = settings["jinja2_env"]
        pages.loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(TEMPLATE), pages.loader])
        pages.globals["explorer"] = said(self.language)
        return settings

    def listen(self) -> None:
        """Listen until somebody says stop."""
        sockets = tornado.netutil.bind_sockets(self.port, LOOPBACK)
        self.port = sockets[0].getsockname()[1]
        tornado.httpserver.HTTPServer(self.app).add_sockets(sockets)
        self.ioloop = tornado.ioloop.IOLoop.current()
        address = f"http://{LOOPBACK}:{self.port}/?token={self.identity_provider.token}"
        self.ready(address)
        if self.open_browser:
            self.launch_browser(address)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass  # that is how it ends
        finally:
            self.stop()

    def launch_browser(self, address: str) -> None:
        """Open the page by a file that only its owner may read: others see what a browser is called with."""
        page = Path(self.connection_dir) / "open.html"
        page.write_text(f'<meta http-equiv="refresh" content="0; url={address}">', encoding="utf-8")
        webbrowser.open(page.as_uri())


def serve(this: Asked, *, port: int, browser: bool, ready: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    port
        0 for any that is free.
    ready
        Called with the page's address, token included, once it can be opened.

    Raises
    ------
    OSError
        When the port is taken.
    """
    os.environ[ASKED] = json.dumps(asdict(this))
    app = Server(config=configuration(port, this.language, browser=browser))
    app.ready, app.language = ready, this.language
    app.initialize([str(NOTEBOOK)])
    app.start()


def configuration(port: int, language: str, *, browser: bool) -> Config:
    """Return how voila is set up: a token of its own making, no files of the folder, no foreign extension."""
    config = Config()
    config.Voila = Config(
        ip=LOOPBACK, port=port, auto_token=True, open_browser=browser, log_level="ERROR", root_dir=str(FOLDER)
    )
    config.VoilaConfiguration = Config(
        template="lab", theme="light", allow_template_override="NO", allow_theme_override="NO",
        resources={"explorer": said(language)}, file_allowlist=[],
        extension_allowlist=WIDGETS, kernel_spec_manager_class=ThisPython,
    )  # fmt: skip
    config.HTMLExporter.language_code = language
    config.IdentityProvider.allow_password_change = False
    config.MappingKernelManager = Config(cull_idle_timeout=IDLE, cull_interval=60, cull_connected=False)
    if os.name != "nt":
        config.KernelManager.transport = "ipc"  # sockets that only their owner may open
    return config


def said(language: str) -> dict[str, str]:
    """Return what pages say before a word can come from the page's own process, or after the last one came."""
    words = Words("explorer", language)
    keys = ("loading", "gone", "title", "token_needed", "token_wrong", "token", "token_open")
    return {"language": language, **{key: words(key) for key in keys}}
