"""The faults of mutants.py have a place in the code as it is; whether they are noticed, that script says."""

from __future__ import annotations

from mutants import MUTANTS, ROOT, place_of


def test_each_fault_has_its_place_its_tests_and_a_name_of_its_own():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
    for mutant in MUTANTS:
        sound = place_of(mutant, ROOT).read_text()
        compile(sound.replace(mutant.old, mutant.new), mutant.name, "exec")
        assert (ROOT / mutant.tests).exists(), mutant.tests
