"""A server of its own for a test file, and a page that has heard of its network."""

import pytest

from serving import served


@pytest.fixture
def page(own_server):
    with own_server.page() as page:
        page.hear("network")
        yield page


@pytest.fixture(scope="module")
def own_server(trained_small, tmp_path_factory):
    """A server whose network any test of the file may change, as long as it begins anew."""
    with served(trained_small, tmp_path_factory.mktemp("own_server")) as running:
        yield running
