"""The site: JupyterLite, the lessons in it, the runtime and the wheels, and what keeps all of it in the browser."""

import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from helpers.errors import CourseError
from helpers.lessons.found import LESSONS
from helpers.lite.fetching import RUNTIME, fetch_runtime, fetch_wheels
from helpers.lite.package import write_package
from helpers.lite.wheels import Wheel, pyodide_lock, read_wheel
from helpers.pages.writing import write_pages
from helpers.settings import without_keys

EXTENSIONS: Final = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager")
OWN: Final = Path("helpers", "jupyter", "labextensions")
"""What the course adds to JupyterLab: a folder for each extension."""
KERNEL: Final = "@jupyterlite/pyodide-kernel-extension:kernel"
FIRST: Final = "00_start_here.ipynb"
TITLE: Final = "The Messages API in production"
PAGES: Final = "read"
"""The folder of the lessons as pages."""
LIST: Final = "kept.json"
"""Names every file of the site, for the service worker that keeps them."""


def build_site(root: Path, site: Path, work: Path | None = None) -> int:
    """Write the site of the course in `root` to `site`, in place of what is there. Returns its size, in bytes.

    Fetches what is not in `work` yet, which is `build/lite` where no other folder is named. Raises `CourseError` for
    what cannot be had.
    """
    work = work or root / "build" / "lite"
    runtime = fetch_runtime(root / "lite", work / "npm")
    wheels = [read_wheel(path) for path in fetch_wheels(root / "lite" / "wheels.txt", work / "wheels")]
    wheels = _newest([*wheels, *map(read_wheel, sorted(_kernel_wheels()))])
    lite = _empty(work / "site")
    own = read_wheel(write_package(root, lite, [wheel.key for wheel in wheels]))
    place = Path("static") / f"pyodide-{_version(runtime)}"
    _configure(root, lite, place, [*wheels, own])
    _assemble(root, lite, site)
    write_pages(site / PAGES, root, lite="../lab/index.html?path=", back="../index.html")
    _put_python(runtime, [*wheels, own], site / place)
    _finish(root, site)
    return sum(path.stat().st_size for path in _files(site))


def _labextensions() -> Path:
    return Path(sysconfig.get_path("data")) / "share" / "jupyter" / "labextensions"


def _kernel_wheels() -> Iterable[Path]:
    """What JupyterLite's kernel brings, and what it puts in the place of others' packages."""
    return (_labextensions() / EXTENSIONS[0] / "static" / "pypi").glob("*.whl")


def _newest(wheels: Iterable[Wheel]) -> list[Wheel]:
    """One wheel of each name, the last."""
    return list({wheel.key: wheel for wheel in wheels}.values())


def _version(runtime: Path) -> str:
    return str(json.loads((runtime / "package.json").read_bytes())["version"])


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _configure(root: Path, lite: Path, place: Path, wheels: Sequence[Wheel]) -> None:
    kernel = {
        "pyodideUrl": f"./{(place / 'pyodide.mjs').as_posix()}",
        "disablePyPIFallback": True,
        "pipliteUrls": [],
        # All at once and at the start, rather than one by one when they are imported.
        "loadPyodideOptions": {"packages": [wheel.key for wheel in wheels]},
    }
    page = {"appName": TITLE, "exposeAppInBrowser": True, "litePluginSettings": {KERNEL: kernel}}
    _write(lite / "jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": page})
    shutil.copy(root / "lite" / "overrides.json", lite)
    extensions = [*(str(_labextensions() / name) for name in EXTENSIONS), *map(str, sorted((root / OWN).iterdir()))]
    build = {
        "apps": ["lab"],
        "contents": [str(root / "notebooks"), str(root / "lite" / "your_work.ipynb")],
        "extra_ignore_contents": [r"progress\.txt$", "/backups/"],
        "federated_extensions": extensions,
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
    }
    _write(lite / "jupyter_lite_config.json", {"LiteBuildConfig": build})


def _assemble(root: Path, lite: Path, site: Path) -> None:
    shutil.rmtree(site, ignore_errors=True)
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", str(site), "--lite-dir", str(lite)]
    done = subprocess.run(
        command,
        cwd=lite,
        env=without_keys(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise CourseError(f"JupyterLite could not be assembled: {(done.stderr or done.stdout).strip()[-2000:]}")


def _put_python(runtime: Path, wheels: Sequence[Wheel], folder: Path) -> None:
    folder.mkdir(parents=True)
    for path in [*(runtime / name for name in RUNTIME), *(wheel.path for wheel in wheels)]:
        shutil.copy(path, folder)
    (folder / "pyodide-lock.json").write_bytes(pyodide_lock(runtime / "pyodide-lock.json", wheels))


def _finish(root: Path, site: Path) -> None:
    """The front page, and the service worker with the list of what it keeps."""
    lite = root / "lite"
    # The kernel has a copy of its own wheels here, and so have we where Pyodide looks.
    shutil.rmtree(site / "extensions" / EXTENSIONS[0] / "static" / "pypi")
    lessons = "".join(
        f'<li><a href="lab/index.html?path={name}.ipynb">{escape(name[:2])} {escape(lesson.heading)}</a></li>\n'
        for name, lesson in LESSONS.items()
    )
    page = (lite / "index.html").read_text("utf-8")
    page = page.replace("TITLE", escape(TITLE)).replace("FIRST", FIRST).replace("LESSONS", lessons)
    (site / "index.html").write_text(page, "utf-8")
    _ask_to_keep(lite, site)
    worker = site / "service-worker.js"
    # Ours first: whoever listens first decides.
    worker.write_text((lite / "service-worker.js").read_text("utf-8") + worker.read_text("utf-8"), "utf-8")
    files = [path.relative_to(site).as_posix() for path in _files(site)]
    _write(site / LIST, {"version": _digest(site, files), "files": files})


def _ask_to_keep(lite: Path, site: Path) -> None:
    """Where the notebooks are, the browser is asked not to drop them, nor what works without a network."""
    version = json.loads((site / "jupyter-lite.json").read_bytes())["jupyter-config-data"]["appVersion"]
    script = (lite / "persist.js").read_text("utf-8")
    (site / "persist.js").write_text(script.replace("VERSION", version), "utf-8")
    lab = site / "lab" / "index.html"
    page = lab.read_text("utf-8")
    if "</head>" not in page:
        raise CourseError(f"{lab} has no head any more: say in helpers/lite/site.py where its scripts begin.")
    lab.write_text(page.replace("</head>", '<script src="../persist.js"></script>\n</head>', 1), "utf-8")


def _files(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*") if path.is_file())


def _digest(site: Path, files: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update(f"{name}\n".encode() + hashlib.sha256((site / name).read_bytes()).digest())
    return digest.hexdigest()[:16]


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
