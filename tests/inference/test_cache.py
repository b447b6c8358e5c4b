"""What was used longest ago goes first."""

from threading import Thread

from segdemo.cache import Recent


def test_the_one_used_longest_ago_goes():
    recent = Recent(2)
    assert recent.keep("a", 1) == 1
    recent.keep("b", 2)
    assert recent.get("a") == 1
    recent.keep("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_kept_again_it_counts_as_used_and_has_its_new_value():
    recent = Recent(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        recent.keep(key, value)
    assert [recent.get(key) for key in "abc"] == [3, None, 4]


def test_many_threads_never_keep_more_than_its_size():
    recent = Recent(8)
    threads = [
        Thread(target=lambda first=first: [recent.keep(first + i, i) for i in range(1000)])
        for first in range(0, 4000, 1000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(recent.get(key) is not None for key in range(4000)) == 8
