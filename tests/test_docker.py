"""The container files can't be run everywhere, so what they say is checked here."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from odoo.tools import config

REPO = Path(__file__).resolve().parent.parent
DOCKER = REPO / "docker"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def docker_conf():
    return _read_conf(DOCKER / "odoo.conf")


def _read_conf(path):
    parser = configparser.RawConfigParser(comment_prefixes=("#", ";"))
    parser.read(path)
    return dict(parser["options"])


def test_every_service_reports_its_health_and_restarts(compose):
    for name, service in compose["services"].items():
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name


def test_odoo_waits_for_the_others_to_be_healthy(compose):
    waits = compose["services"]["odoo"]["depends_on"]
    assert waits.keys() == compose["services"].keys() - {"odoo"}
    assert {wait["condition"] for wait in waits.values()} == {"service_healthy"}


def test_ports_are_published_on_this_machine_alone(compose):
    for service in compose["services"].values():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")


def test_data_lies_in_named_volumes(compose):
    used = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
    }
    assert used == set(compose["volumes"])


def test_no_password_has_a_default(compose):
    assert all(set(secret) == {"environment"} for secret in compose["secrets"].values())
    for service in compose["services"].values():
        for variable in service.get("environment", {}):
            assert "PASSWORD" not in variable or variable.endswith("_FILE")
        assert set(service.get("secrets", ())) <= set(compose["secrets"])


def test_build_uses_files_that_exist(compose):
    build = compose["services"]["odoo"]["build"]
    context = (DOCKER / build["context"]).resolve()
    assert context == REPO
    dockerfile = (context / build["dockerfile"]).read_text()
    sources = re.findall(r"^COPY (?:--\S+ )*(\S+) \S+$", dockerfile, re.MULTILINE)
    assert sources
    assert all((context / source).exists() for source in sources)


def test_jinja2_is_the_version_the_addons_ask_for():
    wanted = '"jinja2>=3.1.6"'
    assert wanted in (DOCKER / "Dockerfile").read_text()
    assert wanted in (REPO / "pyproject.toml").read_text()


def test_conf_has_only_options_that_odoo_knows(docker_conf):
    assert set(docker_conf) <= set(config.options_index)


def test_conf_agrees_with_the_one_of_make_setup(docker_conf):
    local = _read_conf(REPO / "var/odoo.conf")
    same = {"list_db", "http_port", "proxy_mode", "workers", "max_cron_threads"}
    assert {name: docker_conf[name] for name in same} == {
        name: local[name] for name in same
    }


def test_conf_finds_addons_and_mail_where_the_other_files_put_them(
    docker_conf, compose
):
    dockerfile = (DOCKER / "Dockerfile").read_text()
    assert f"COPY addons {docker_conf['addons_path']}\n" in dockerfile
    assert docker_conf["smtp_server"] in compose["services"]
    volumes = compose["services"]["odoo"]["volumes"]
    assert f"odoo-data:{docker_conf['data_dir']}" in volumes


def test_start_script_is_well_formed():
    script = DOCKER / "start.sh"
    subprocess.run(("bash", "-n", script), check=True)
    assert script.stat().st_mode & 0o111
