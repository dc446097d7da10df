"""A test may be skipped for a listed reason only."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.fixture
def project(pytester):
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    checked_types = CONFTEST.with_name("checked_types.py")  # which it imports
    pytester.mkpydir("tests").joinpath(checked_types.name).write_bytes(checked_types.read_bytes())
    pytester.path.joinpath("allowed_skips.txt").write_text("no browser here\n", encoding="utf-8")
    return pytester


def test_a_listed_reason_skips_and_any_other_fails(project):
    project.makepyfile(
        """
        import pytest

        def test_listed():
            pytest.skip("no browser here")

        def test_not_listed():
            pytest.skip("no browser")

        @pytest.mark.skip(reason="later")
        def test_marked():
            raise AssertionError

        @pytest.mark.xfail(reason="known")
        def test_expected_to_fail():
            raise AssertionError
        """
    )
    result = project.runpytest_subprocess("-rf")
    result.assert_outcomes(skipped=1, failed=1, errors=1, xfailed=1)
    result.stdout.fnmatch_lines(["*allowed_skips.txt does not list: later*", "*does not list: no browser*"])


def test_a_file_skipped_as_a_whole_for_no_listed_reason_fails(project):
    project.makepyfile("import pytest\npytest.skip('not today', allow_module_level=True)\n")
    result = project.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*does not list: not today*"])
