"""What is known of the machine without torch."""

import psutil

from playground.device import Machine, cores, cpu_name, memory


def test_cores_and_memory_are_those_this_process_may_use():
    assert 1 <= cores() <= (psutil.cpu_count() or 1)
    total, free = memory()
    assert 0 < free <= total <= psutil.virtual_memory().total


def test_the_processor_has_a_name_on_one_line():
    assert cpu_name().strip() == cpu_name() != ""
    assert "\n" not in cpu_name()


def test_what_a_worker_finds_is_added_to_what_is_known():
    machine = Machine("auto")
    assert machine.describe()["device"] == "auto"
    machine.learn({"device": "cuda", "gpu": "A card", "gpu_memory_bytes": 8})
    told = machine.describe()
    assert (told["device"], told["gpu"]) == ("cuda", "A card")
    assert told["cores"] == cores()
