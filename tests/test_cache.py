"""What was used longest ago goes first."""

from threading import Thread

from segdemo.cache import LRUCache


def test_the_one_used_longest_ago_goes():
    cache = LRUCache(2)
    assert cache.put("a", 1) == 1
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_kept_again_it_counts_as_used_and_has_its_new_value():
    cache = LRUCache(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        cache.put(key, value)
    assert [cache.get(key) for key in "abc"] == [3, None, 4]


def test_room_is_made_once_it_is_full():
    cache = LRUCache(2)
    cache.make_room()
    cache.put("a", 1)
    cache.make_room()
    assert cache.get("a") == 1
    cache.put("b", 2)
    cache.make_room()
    assert [cache.get(key) for key in "ab"] == [None, 2]


def test_many_threads_never_keep_more_than_its_size():
    cache = LRUCache(8)
    threads = [
        Thread(target=lambda first=first: [cache.put(first + i, i) for i in range(1000)])
        for first in range(0, 4000, 1000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(cache.get(key) is not None for key in range(4000)) == 8
