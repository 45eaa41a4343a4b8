"""What the API page tells of each endpoint."""

import re

import pytest

from tests.api.hostile import ACTIONS

TYPES = ("str", "int", "float", "bool", "dict", "list", "Any")


@pytest.fixture(scope="session")
def documented(client):
    return client.view_api(return_format="dict", print_info=False)


def test_every_action_is_a_named_endpoint(documented):
    assert set(documented["named_endpoints"]) == {f"/{name}" for name in ACTIONS}
    assert not documented["unnamed_endpoints"]


@pytest.mark.parametrize("name", ACTIONS)
def test_an_endpoint_says_what_it_does_takes_and_returns(documented, name):
    endpoint = documented["named_endpoints"][f"/{name}"]
    assert len(endpoint["description"]) > 20
    parameters = endpoint["parameters"]
    assert tuple(one["parameter_name"] for one in parameters) == ACTIONS[name]
    for one in parameters:
        assert one["python_type"]["type"].startswith(TYPES)
    assert len(endpoint["returns"]) == 1
    assert endpoint["returns"][0]["python_type"]["type"].startswith(("dict", "list"))


@pytest.mark.parametrize("name", [name for name, arguments in ACTIONS.items() if arguments])
def test_every_argument_is_explained(documented, name):
    description = documented["named_endpoints"][f"/{name}"]["description"]
    for argument in ACTIONS[name]:
        assert re.search(rf"^\s*{argument}: .{{3,}}", description, re.MULTILINE)


def test_ranges_and_defaults_of_arguments_are_told(documented):
    description = documented["named_endpoints"]["/generate"]["description"]
    assert "from 1 to 2000" in description
    assert "default 0.8" in description
