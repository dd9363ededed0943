"""What the package and the manifests promise."""

import ast
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent for path in (REPO / "addons").glob("*/__manifest__.py"))


def _manifest(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text())


@pytest.fixture(params=ADDONS, ids=lambda addon: addon.name)
def addon(request):
    return request.param


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    # Without isolation: the build's requirements are in the group "test", so that the
    # test needs no network.
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    subprocess.run(
        (*build, "--outdir", folder, REPO), check=True, stdout=subprocess.DEVNULL
    )
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_wheel_holds_the_addons_and_nothing_else(wheel):
    packed = {
        name.split("/")[2]
        for name in wheel.namelist()
        if name.startswith("odoo/addons/")
    }
    assert packed == {addon.name for addon in ADDONS}
    assert all(re.match(r"odoo/addons/|[^/]+\.dist-info/", n) for n in wheel.namelist())


def test_wheel_holds_every_file_of_an_addon(wheel, addon):
    packed = set(wheel.namelist())
    for path in addon.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"odoo/addons/{path.relative_to(REPO / 'addons')}" in packed


def test_wheel_requires_odoo_19_and_the_external_dependencies(wheel):
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = Parser().parsestr(wheel.read(name).decode())
    required = {
        re.split(r"[ ;]", line)[0] for line in metadata.get_all("Requires-Dist")
    }
    assert any(line.startswith("odoo") and "19.0" in line for line in required)
    assert any(line.lower().startswith("jinja2>=3.1.6") for line in required)
    # The wheel holds these itself; on an index they would be someone else's packages.
    assert not any("collections" in line for line in required)


def test_manifest_names_every_data_file(addon):
    """A view that no manifest names is dead code that looks alive."""
    manifest = _manifest(addon)
    # The last: data that a model reads by itself.
    keys = ("data", "demo", "oca_data_manual")
    named = {name for key in keys for name in manifest.get(key, ())}
    folders = ("data", "demo", "report", "security", "views", "wizards")
    found = {
        str(path.relative_to(addon))
        for folder in folders
        for suffix in ("*.xml", "*.csv")
        for path in (addon / folder).rglob(suffix)
    }
    assert found <= named
    assert all((addon / name).is_file() for name in named)


def test_manifest_license_and_version(addon):
    manifest = _manifest(addon)
    assert manifest["license"] == "LGPL-3"
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest["version"])


def test_every_test_module_is_imported(addon):
    """Odoo runs the tests that the package ``tests`` imports, and no others."""
    for path in (addon / "tests").glob("test_*.py"):
        imported = path.with_name("__init__.py").read_text()
        assert re.search(rf"\b{path.stem}\b", imported), path.name


def test_pre_commit_runs_the_linters_of_make_lint():
    text = (REPO / ".pre-commit-config.yaml").read_text()
    hooks = yaml.safe_load(text)
    assert {repo["repo"] for repo in hooks["repos"]} == {"local"}
    groups = re.search(
        r"^lint = \[(.*?)^\]", (REPO / "pyproject.toml").read_text(), re.M | re.S
    )
    pins = set(re.findall(r'"(\S+==\S+)"', groups[1]))
    assert pins == {
        pin
        for hook in hooks["repos"][0]["hooks"]
        for pin in hook["additional_dependencies"]
    }
